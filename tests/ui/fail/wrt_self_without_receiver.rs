use autodiff_runtime::grad;

#[grad(wrt(self))]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
