use autodiff_runtime::{Differentiable, grad};

#[derive(Differentiable, Clone, Copy)]
struct Samples<'a> {
    values: &'a [f64],
    scale: f64,
}

#[grad]
fn first(samples: Samples, x: f64) -> f64 {
    samples.values[0] * samples.scale * x
}

fn main() {}
