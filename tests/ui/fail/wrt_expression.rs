use autodiff_runtime::grad;

#[grad(wrt(p.0))]
fn product(p: (f64, f64)) -> f64 {
    p.0 * p.1
}

fn main() {}
