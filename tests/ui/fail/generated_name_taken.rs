use autodiff_runtime::grad;

#[grad]
fn square(x: f64) -> f64 {
    x * x
}

fn square_grad(x: f64) -> f64 {
    2.0 * x
}

fn main() {}
