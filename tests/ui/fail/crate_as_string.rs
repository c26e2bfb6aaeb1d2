use autodiff_runtime::grad;

#[grad(crate = "autodiff_runtime")]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
