use autodiff_runtime::derivative;

#[derivative(x = 1.0, n = 1.0)]
fn repeated(x: f64, n: usize) -> f64 {
    x * n as f64
}

fn main() {}
