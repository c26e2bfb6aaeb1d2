use autodiff_runtime::grad;

#[grad(fast)]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
