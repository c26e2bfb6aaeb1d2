use autodiff_runtime::grad;

#[grad(crate = no_such_crate)]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
