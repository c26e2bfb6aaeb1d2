use autodiff_runtime::grad;

#[grad(crate)]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
