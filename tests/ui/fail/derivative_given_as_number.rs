use autodiff_runtime::{grad, with_derivative};

#[grad]
fn sine(x: f64) -> f64 {
    with_derivative(x.sin(), x.cos())
}

fn main() {}
