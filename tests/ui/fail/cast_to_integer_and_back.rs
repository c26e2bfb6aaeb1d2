use autodiff_runtime::grad;

#[grad]
fn whole(x: f64) -> f64 {
    let n = x as i64;
    n as f64 * x
}

fn main() {}
