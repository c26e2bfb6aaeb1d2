use autodiff_runtime::grad;

fn double(x: &mut f64) {
    *x *= 2.0;
}

#[grad]
fn doubled(x: f64) -> f64 {
    let mut y = x;
    double(&mut y);
    y * y
}

fn main() {}
