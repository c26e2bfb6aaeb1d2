use autodiff_runtime::grad;

#[grad]
fn crossed(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    let a = &mut y[..2];
    let b = &mut y[1..];
    a[0] = b[0];
    y[0]
}

fn main() {}
