use autodiff_runtime::grad;

#[grad(jvp, wrt(z), fast, jvp)]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
