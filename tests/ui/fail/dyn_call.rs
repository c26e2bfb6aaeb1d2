use autodiff_runtime::grad;

#[grad]
fn composed(x: f64) -> f64 {
    let f: &dyn Fn(f64) -> f64 = &f64::sin;
    f(x) * x
}

fn main() {}
