//! What a gradient costs over its function, by the number of inputs: reverse mode, and forward mode with a sweep an input.
//! `tests/benches/scaling.sh` runs it; `--largest=n` says how far, `--write=about` writes `docs/scaling.md` and its chart.

use std::{error::Error, fmt::Write as _, fs, hint::black_box, path::Path, time::Instant};

use allocation_counter::measure;
use autodiff_runtime::grad;
use plotters::prelude::*;

/// A chain of springs that give way: each term knows its neighbour.
#[grad(jvp)]
fn energy(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 1..x.len() {
        let stretch = x[i] - x[i - 1];
        sum += (1.0 + stretch * stretch).ln();
    }
    sum
}

/// The same of two products a term, where reading the inputs takes longer than the arithmetic.
#[grad(jvp)]
fn square(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 1..x.len() {
        let stretch = x[i] - x[i - 1];
        sum += stretch * stretch;
    }
    sum
}

struct Function {
    name: &'static str,
    value: fn(&[f64]) -> f64,
    gradient_into: fn(&[f64], &mut [f64]) -> f64,
    gradient: fn(&[f64]) -> Vec<f64>,
    tangent: fn(&[f64], &[f64]) -> (f64, f64),
}

const FUNCTIONS: [Function; 2] = [
    Function {
        name: "sum of ln(1 + (x[i] - x[i - 1])²)",
        value: energy,
        gradient_into: energy_grad_into,
        gradient: energy_grad,
        tangent: |x, d| energy_jvp(x, d),
    },
    Function {
        name: "sum of (x[i] - x[i - 1])²",
        value: square,
        gradient_into: square_grad_into,
        gradient: square_grad,
        tangent: |x, d| square_jvp(x, d),
    },
];

/// A sweep an input takes n² time.
const MOST_FORWARD: usize = 10_000;

struct Row {
    inputs: usize,
    /// Nanoseconds of the function, an input.
    function: f64,
    reverse: f64,
    forward: Option<f64>,
    /// What `f_grad` holds at most, its result with it, over inputs and gradient.
    memory: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let flags: Vec<String> = std::env::args().skip(1).collect();
    let flag = |name: &str| flags.iter().find_map(|flag| flag.strip_prefix(name));
    let largest: usize = flag("--largest=").map_or(Ok(10_000_000), str::parse)?;
    let mut all = Vec::new();
    for function in &FUNCTIONS {
        println!("{}", function.name);
        let sizes = (2..).map(|power| 10_usize.pow(power)).take_while(|n| *n <= largest);
        let rows: Vec<Row> = sizes.map(|inputs| row(function, inputs)).collect();
        all.push((function.name, rows));
    }
    if let Some(about) = flag("--write=") {
        let docs = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs"));
        fs::write(docs.join("scaling.md"), markdown(&all, about))?;
        chart(&docs.join("scaling.svg"), &all)?;
    }
    Ok(())
}

fn row(of: &Function, inputs: usize) -> Row {
    let x: Vec<f64> = (0..inputs).map(|i| (i % 1000) as f64 * 0.001 + (i % 7) as f64).collect();
    let mut gradient = vec![0.0; inputs];
    let mut function = || _ = black_box((of.value)(black_box(&x)));
    let mut reverse = || _ = black_box((of.gradient_into)(black_box(&x), &mut gradient));
    let mut direction = vec![0.0; inputs];
    let mut forward = || {
        for i in 0..if inputs <= MOST_FORWARD { inputs } else { 0 } {
            direction[i] = 1.0;
            black_box((of.tangent)(black_box(&x), &direction));
            direction[i] = 0.0;
        }
    };
    let (function, [reverse, forward]) = times([&mut function, &mut reverse, &mut forward]);
    drop(gradient);
    let held = measure(|| _ = black_box((of.gradient)(black_box(&x)))).bytes_max as f64;
    let both = 16.0 * inputs as f64;
    let row = Row {
        inputs,
        function: function / inputs as f64,
        reverse,
        forward: (inputs <= MOST_FORWARD).then_some(forward),
        memory: (held + both / 2.0) / both,
    };
    println!("{}", cells(&row).join(" | "));
    row
}

/// Nanoseconds of the first; the medians of the others over it, round by round.
fn times(mut all: [&mut dyn FnMut(); 3]) -> (f64, [f64; 2]) {
    let mut time = |which: usize, calls: u32| {
        let start = Instant::now();
        for _ in 0..calls {
            all[which]();
        }
        start.elapsed().as_nanos() as f64
    };
    // A batch of a millisecond, or one call.
    let counts = [0, 1, 2].map(|which| {
        let once = time(which, 1).min(time(which, 1)).max(20.0);
        (1e6 / once).clamp(1.0, 10_000.0) as u32
    });
    let mut rounds = Vec::new();
    let start = Instant::now();
    while rounds.len() < 5 || (rounds.len() < 101 && start.elapsed().as_secs_f64() < 1.5) {
        rounds.push([0, 1, 2].map(|which| time(which, counts[which]) / f64::from(counts[which])));
    }
    let median = |of: &dyn Fn(&[f64; 3]) -> f64| {
        let mut sorted: Vec<f64> = rounds.iter().map(of).collect();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    };
    (median(&|of| of[0]), [median(&|of| of[1] / of[0]), median(&|of| of[2] / of[0])])
}

fn cells(row: &Row) -> [String; 5] {
    [
        row.inputs.to_string(),
        format!("{:.3}", row.function),
        format!("{:.2}", row.reverse),
        row.forward.map_or(String::new(), |ratio| format!("{ratio:.0}")),
        format!("{:.4}", row.memory),
    ]
}

fn markdown(all: &[(&str, Vec<Row>)], about: &str) -> String {
    let mut text = format!(
        "# By the number of inputs

Written by `tests/benches/scaling.sh`; do not edit.

{about}

Time of a gradient over the time of its function; medians over interleaved rounds. Reverse mode is `f_grad_into`, forward mode
`f_jvp` once for each input. Memory: the most that `f_grad` holds at one time, with its result and its argument, over inputs and
gradient.

![Gradient over function by the number of inputs](scaling.svg)
"
    );
    for (name, rows) in all {
        _ = write!(
            text,
            "\n## {name}\n\n| inputs | function, ns an input | reverse / function | forward / function | memory |\n\
             | ---: | ---: | ---: | ---: | ---: |\n"
        );
        for row in rows {
            _ = writeln!(text, "| {} |", cells(row).join(" | "));
        }
    }
    text
}

fn chart(path: &Path, all: &[(&str, Vec<Row>)]) -> Result<(), Box<dyn Error>> {
    let root = SVGBackend::new(path, (800, 480)).into_drawing_area();
    root.fill(&WHITE)?;
    let points = || all.iter().flat_map(|(_, rows)| rows);
    let most = points().filter_map(|row| row.forward).fold(10.0, f64::max);
    let largest = points().map(|row| row.inputs).max().unwrap_or(100);
    let mut chart = ChartBuilder::on(&root)
        .caption("time of the gradient / time of the function", ("sans-serif", 20))
        .margin(12)
        .x_label_area_size(36)
        .y_label_area_size(56)
        .build_cartesian_2d((1e2..largest as f64).log_scale(), (0.8..1.5 * most).log_scale())?;
    chart.configure_mesh().x_desc("inputs").light_line_style(TRANSPARENT).draw()?;
    let colours = [RGBColor(0xc2, 0x41, 0x0c), RGBColor(0x33, 0x65, 0xb8)];
    for ((name, rows), colour) in all.iter().zip(colours) {
        let reverse = rows.iter().map(|row| (row.inputs as f64, row.reverse));
        let forward = rows.iter().filter_map(|row| Some((row.inputs as f64, row.forward?)));
        for (mode, width, points) in
            [("reverse", 3, reverse.collect::<Vec<_>>()), ("forward", 1, forward.collect())]
        {
            chart
                .draw_series(LineSeries::new(points, colour.stroke_width(width)))?
                .label(format!("{mode}: {name}"))
                .legend(move |(x, y)| {
                    PathElement::new([(x, y), (x + 20, y)], colour.stroke_width(width))
                });
        }
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .background_style(WHITE)
        .border_style(BLACK)
        .draw()?;
    root.present()?;
    Ok(())
}
