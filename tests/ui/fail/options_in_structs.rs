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
fn scaled(x: f64, by: Option<f64>) -> f64 {
    x * by.unwrap_or(2.0)
}

#[grad]
fn passed(x: f64) -> f64 {
    scaled(x, Some(x * 2.0))
}

fn main() {}
