//! Second derivatives of rules whose sweeps are written by hand, or found by an equation.

use autodiff_runtime::derivative;

#[derivative(root_of = result * result * result - x, hessian)]
fn cube_root(x: f64) -> f64 {
    x.cbrt()
}

fn square(x: f64) -> f64 {
    x * x
}

#[derivative(hessian)]
impl square {
    fn forward(x: f64) -> (f64, f64) {
        (x * x, x)
    }
    fn reverse(x: f64, kept: &f64, seed: f64) -> f64 {
        (x + kept) * seed
    }
}

fn main() {}
