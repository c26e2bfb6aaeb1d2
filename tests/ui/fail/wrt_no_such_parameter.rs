use autodiff_runtime::grad;

#[grad(wrt(x, weight))]
fn product(x: f64, weights: &[f64]) -> f64 {
    x * weights[0]
}

fn main() {}
