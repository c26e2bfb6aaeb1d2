use autodiff_runtime::grad;

#[grad]
fn element(x: &[f64], i: i32) -> f64 {
    x[i] * 2.0
}

fn main() {}
