use autodiff_runtime::grad;

#[grad]
fn later(x: f64) -> f64 {
    let _future = async { x * x };
    x
}

fn main() {}
