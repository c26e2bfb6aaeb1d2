use autodiff_runtime::{derivative, grad};

#[derivative(x = order * x.powf(order - 1.0))]
fn monomial(order: f64, x: f64) -> f64 {
    x.powf(order)
}

#[grad]
fn f(x: f64) -> f64 {
    monomial(x, 2.0)
}

fn main() {}
