use autodiff_runtime::grad;

#[grad]
fn moved(x: &[f64]) -> f64 {
    let y = x.to_vec();
    let z = y;
    y[0] + z[0]
}

fn main() {}
