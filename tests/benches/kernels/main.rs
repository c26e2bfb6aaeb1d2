//! Gradients of kernels of different shapes, each beside the gradient that an expert writes by
//! hand in safe Rust, and what both cost: `cargo bench -p autodiff-tests --bench kernels`.
//!
//! With arguments after `--`: only the kernels whose name contains one of them. `--calls kernel which n` does nothing but `n`
//! calls of `primal`, `generated` or `by-hand`, for who counts instructions. `--report=about` writes `BENCHMARKS.md`
//! (`tests/benches/report.sh` does, and says what the machine is).

#![allow(clippy::needless_range_loop, reason = "as people write loops over several arrays")]

mod bundle;
mod chain_rule;
mod cholesky;
mod cross_entropy;
mod formula;
mod graph;
mod harness;
mod hidden_markov;
mod kepler;
mod least_squares;
mod logistic;
mod lstm;
mod mixture;
mod pair_potential;
mod perceptron;
mod recurrent;
mod report;
mod sin_cubic;
mod stencil;
mod tree;
mod valley;

use harness::{Kernel, Which};

/// Makes the kernel of this name: one that is not asked for is not made.
type Make = fn(&'static str) -> Kernel;

/// With the iterations of the loop that each is made of.
const KERNELS: [(&str, Make, u64); 19] = [
    ("sin_cubic", sin_cubic::kernel, 1),
    ("chain_rule", chain_rule::kernel, 100),
    ("formula", formula::kernel, 1),
    ("least_squares", least_squares::kernel, 200),
    ("stencil", stencil::kernel, 50),
    ("logistic", logistic::kernel, 1000),
    ("kepler", kepler::kernel, 64),
    ("perceptron", perceptron::kernel, 16),
    ("pair_potential", pair_potential::kernel, 2016),
    ("cross_entropy", cross_entropy::kernel, 64),
    ("cholesky", cholesky::kernel, 32),
    ("graph", graph::kernel, 600),
    ("recurrent", recurrent::kernel, 50),
    ("mixture", mixture::kernel, 50),
    ("lstm", lstm::kernel, 256),
    ("bundle", bundle::kernel, 200),
    ("valley", valley::kernel, 999),
    ("tree", tree::kernel, 128),
    ("hidden_markov", hidden_markov::kernel, 100),
];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, flag, name, which, calls] = &arguments[..]
        && flag == "--calls"
    {
        return call(name, which, calls);
    }
    let (flags, wanted): (Vec<_>, Vec<_>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let kernels = KERNELS
        .into_iter()
        .filter(|(name, ..)| wanted.is_empty() || wanted.iter().any(|wanted| name.contains(wanted)))
        .map(|(name, make, steps)| (make(name), steps))
        .collect();
    // `cargo test --benches` leaves the flag out: that the gradients agree is all it asks.
    if !flags.iter().any(|flag| flag == "--bench") {
        return;
    }
    let rows = harness::table(kernels);
    println!("gradient / by hand: geometric mean {:.2}", harness::mean(&rows));
    if let Some(about) = flags.iter().find_map(|flag| flag.strip_prefix("--report=")) {
        report::write(&rows, about).expect("BENCHMARKS.md is written");
    }
}

fn call(name: &str, which: &str, calls: &str) {
    let (name, make, _) = KERNELS.into_iter().find(|(known, ..)| *known == name).expect("a kernel");
    let which = match which {
        "primal" => Which::Primal,
        "generated" => Which::Generated,
        "by-hand" => Which::ByHand,
        _ => panic!("primal, generated or by-hand"),
    };
    make(name).call(which, calls.parse().expect("a number of calls"));
}
