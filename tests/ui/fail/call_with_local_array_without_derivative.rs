use autodiff_runtime::grad;

fn total(x: &[f64; 2]) -> f64 {
    x[0] + x[1]
}

#[grad]
fn both(x: f64) -> f64 {
    let pair = [x, x * x];
    total(&pair)
}

fn main() {}
