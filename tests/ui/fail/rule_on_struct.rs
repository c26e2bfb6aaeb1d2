use autodiff_runtime::derivative;

#[derivative(x = 1.0)]
struct Point {
    x: f64,
}

fn main() {}
