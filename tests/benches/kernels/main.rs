//! Gradients of kernels of different shapes, each beside the gradient that an expert writes by
//! hand in safe Rust, and what both cost: `cargo bench -p autodiff-tests --bench kernels`.
//!
//! With arguments: only the kernels whose name contains one of them.

mod cholesky;
mod cross_entropy;
mod formula;
mod graph;
mod harness;
mod kepler;
mod least_squares;
mod logistic;
mod mixture;
mod pair_potential;
mod perceptron;
mod recurrent;
mod stencil;

use harness::Kernel;

/// By name, so that a kernel that is not asked for is not made.
const KERNELS: [(&str, fn(&'static str) -> Kernel); 12] = [
    ("formula", formula::kernel),
    ("least_squares", least_squares::kernel),
    ("stencil", stencil::kernel),
    ("logistic", logistic::kernel),
    ("kepler", kepler::kernel),
    ("perceptron", perceptron::kernel),
    ("pair_potential", pair_potential::kernel),
    ("cross_entropy", cross_entropy::kernel),
    ("cholesky", cholesky::kernel),
    ("graph", graph::kernel),
    ("recurrent", recurrent::kernel),
    ("mixture", mixture::kernel),
];

fn main() {
    // Cargo adds `--bench`.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let kernels = KERNELS
        .into_iter()
        .filter(|(name, _)| wanted.is_empty() || wanted.iter().any(|wanted| name.contains(wanted)))
        .map(|(name, make)| make(name))
        .collect();
    harness::table(kernels);
}
