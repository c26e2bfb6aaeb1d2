//! `docs/peers.md`.

use std::{fmt::Write as _, fs, io, path::Path};

use crate::runs::Run;

pub fn write(runs: &[Run], about: &str, jax: Option<&str>) -> io::Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/peers.md");
    fs::write(path, markdown(runs, about, jax))
}

/// What each does; the order of the table.
const WHO: [(&str, &str); 12] = [
    ("#[grad]", "`f_grad_into`, for bundle adjustment `f_jacobian_into`"),
    ("#[grad] with a workspace", "`f_grad_with`, memory kept from call to call"),
    ("by hand", "the gradient that an expert writes in safe Rust"),
    ("aad", "tape"),
    ("ad_trait", "tape (`adr`)"),
    ("ad_trait forward", "dual numbers with several directions at once (`adfn`)"),
    ("echidna", "tape (`grad`)"),
    ("echidna forward", "dual numbers with several directions at once (`DualVec`)"),
    ("num-dual", "dual numbers with several directions at once (`DualSVec64`)"),
    ("autodiff", "dual numbers, one direction at a time"),
    ("symdiff", "symbolic, at compile time; straight-line code only"),
    ("JAX", "`jit(grad(f))` on one thread, arrays stay in its process"),
];

fn markdown(runs: &[Run], about: &str, jax: Option<&str>) -> String {
    let mut text = format!(
        "# Beside other crates

Written by `tests/benches/peers.sh`; do not edit.

{about}

Time of the gradient over the time of the plain Rust function, `f64`, one thread: medians over interleaved rounds, all in one run.
The same functions on the same inputs; all gradients agree with the one by hand to 1e-8. The crates get the functions in
numbers of a type parameter, operation by operation what the plain ones do, with the crates' own operators on constants. Those with dual
numbers take 16 directions at once, or all if there are fewer.

| |",
    );
    for run in runs {
        _ = write!(text, " {} |", run.problem);
    }
    _ = write!(text, "\n| --- |{}\n| function, ns |", " ---: |".repeat(runs.len()));
    for run in runs {
        _ = write!(text, " {:.0} |", run.function);
    }
    text.push('\n');
    for (who, _) in WHO {
        if !runs.iter().any(|run| of(run, who).is_some()) {
            continue;
        }
        _ = write!(text, "| {who} |");
        for run in runs {
            match of(run, who) {
                Some(ratio) => _ = write!(text, " {ratio:.2} |"),
                None => text.push_str(" |"),
            }
        }
        text.push('\n');
    }
    text.push('\n');
    for (who, what) in WHO {
        _ = match (who, jax) {
            ("JAX", None) => continue,
            ("JAX", Some(version)) => writeln!(text, "- {who} {version}: {what}."),
            _ => writeln!(text, "- {who}: {what}."),
        };
    }
    text.push_str(
        "\nNo entry: it cannot do the job (symdiff reads no loops), it would take seconds to minutes a gradient (forward mode with 1,650 \
         inputs and more), or it was not asked (JAX is where whole arrays are worked on).\n",
    );
    text
}

fn of(run: &Run, who: &str) -> Option<f64> {
    run.ratios.iter().find(|(name, _)| *name == who).map(|(_, ratio)| *ratio)
}
