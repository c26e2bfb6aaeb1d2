use autodiff_runtime::derivative;

#[derivative(x = 1.0)]
fn first(x: &[f64]) -> f64 {
    x[0]
}

fn main() {}
