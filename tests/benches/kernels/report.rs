//! `BENCHMARKS.md` and its bar chart.

use std::{fmt::Write as _, fs, path::Path};

use crate::harness::{self, Columns, Row};

/// Writes both into the repository. `about`: the machine, the compiler and the date, as whoever calls it knows them.
pub fn write(rows: &[Row], about: &str) -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::write(root.join("BENCHMARKS.md"), markdown(rows, about))?;
    fs::write(root.join("docs/benchmarks.svg"), chart(rows))
}

fn markdown(rows: &[Row], about: &str) -> String {
    let mut text = format!(
        "# Benchmarks

Written by `tests/benches/report.sh`; do not edit.

{about}

Each kernel is a function with `#[grad]`, its gradient, and the gradient that an expert writes by hand in safe Rust. Ratios
are medians over interleaved rounds, so that what slows the machine down slows all three. The gradient is `f_grad_into`; with a
workspace it is `f_grad_with`, which keeps its memory from call to call, where there is any.

![Times of gradients over the time of the function](docs/benchmarks.svg)

",
    );
    table(&mut text, rows.iter().map(Row::times).collect());
    let worst = rows.iter().map(|row| row.ratio).fold(0.0, f64::max);
    _ = writeln!(
        text,
        "\nGradient over gradient by hand: geometric mean {:.2}, largest {worst:.2}.",
        harness::mean(rows)
    );
    text.push_str(
        "\n## Memory\n\nWhat one call takes from the heap: all allocations and their bytes, and the most that is held at one \
         time. With a workspace: what each call from the second on still allocates.\n\n",
    );
    table(&mut text, rows.iter().map(Row::memory).collect());
    text
}

fn table(text: &mut String, rows: Vec<Columns>) {
    let Some(row) = rows.first() else { return };
    let headings: Vec<&str> = row.iter().map(|(heading, _)| *heading).collect();
    _ = writeln!(text, "| {} |", headings.join(" | "));
    _ = writeln!(text, "| --- |{}", " ---: |".repeat(headings.len() - 1));
    for row in rows {
        let cells: Vec<String> = row.into_iter().map(|(_, value)| value).collect();
        _ = writeln!(text, "| {} |", cells.join(" | "));
    }
}

const LINE: usize = 34;
const LEFT: usize = 150;
const WIDTH: usize = 560;

/// Two bars a kernel: times over the time of the function.
fn chart(rows: &[Row]) -> String {
    let most = rows.iter().flat_map(|row| [row.generated, row.by_hand]).fold(1.0, f64::max);
    let height = 40 + LINE * rows.len();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"{LEFT}\" y=\"18\">time of the gradient / time of the function: \
         <tspan fill=\"#c2410c\">generated</tspan>, <tspan fill=\"#64748b\">by hand</tspan></text>\n",
        LEFT + WIDTH + 60,
    );
    for (i, row) in rows.iter().enumerate() {
        let top = 30 + LINE * i;
        _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
            LEFT - 8,
            top + 18,
            row.name
        );
        let bars = [(row.generated, "#c2410c"), (row.by_hand, "#64748b")];
        for (j, (ratio, colour)) in bars.into_iter().enumerate() {
            let (y, width) = (top + 13 * j, ratio / most * WIDTH as f64);
            _ = writeln!(
                svg,
                "<rect x=\"{LEFT}\" y=\"{y}\" width=\"{width:.1}\" height=\"12\" fill=\"{colour}\"/>\
                 <text x=\"{:.1}\" y=\"{}\">{ratio:.2}</text>",
                LEFT as f64 + width + 4.0,
                y + 10,
            );
        }
    }
    svg.push_str("</svg>\n");
    svg
}
