use autodiff_runtime::grad;

#[grad]
fn mean(x: &[f64]) -> f64 {
    x.total() / x.lenght() as f64
}

#[grad]
fn smoothed(x: &[f64]) -> f64 {
    let mut y = vec![0.0; x.len()];
    y.fil(x[0]);
    y[0]
}

fn main() {
    mean_grad(&[1.0]);
    smoothed_grad(&[1.0]);
}
