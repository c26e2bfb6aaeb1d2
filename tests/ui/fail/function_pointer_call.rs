use autodiff_runtime::grad;

#[grad]
fn composed(x: f64, k: usize) -> f64 {
    let all: [fn(f64) -> f64; 2] = [f64::sin, f64::cos];
    all[k](x) * x
}

fn main() {}
