use autodiff_runtime::grad;

#[grad]
fn composed(f: fn(f64) -> f64, x: f64) -> f64 {
    f(x) * x
}

fn main() {}
