use autodiff_runtime::grad;

#[grad(jvp wrt(x))]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
