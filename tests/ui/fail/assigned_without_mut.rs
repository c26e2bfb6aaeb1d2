use autodiff_runtime::grad;

#[grad]
fn doubled(x: f64) -> f64 {
    let y = x;
    y *= 2.0;
    y
}

fn main() {}
