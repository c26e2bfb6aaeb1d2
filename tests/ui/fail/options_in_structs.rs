use autodiff_runtime::{Differentiable, grad};

#[derive(Differentiable, Clone)]
struct Model {
    slope: f64,
    bias: Option<f64>,
}

#[grad]
fn taken(mut m: Model, x: f64) -> f64 {
    *m.bias.get_or_insert(x) *= 2.0;
    m.slope * x + m.bias.unwrap_or(0.0)
}

#[grad]
fn scaled(x: f64, by: Option<&mut f64>) -> f64 {
    x * by.map_or(2.0, |by| *by)
}

fn main() {}
