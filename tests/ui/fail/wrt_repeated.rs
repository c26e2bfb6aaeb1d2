use autodiff_runtime::grad;

#[grad(wrt(x), wrt(y))]
fn product(x: f64, y: f64) -> f64 {
    x * y
}

fn main() {}
