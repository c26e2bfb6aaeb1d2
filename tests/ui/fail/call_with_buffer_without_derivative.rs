use autodiff_runtime::grad;

fn halve(x: &mut [f64]) {
    for v in x {
        *v *= 0.5;
    }
}

#[grad]
fn halved(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    halve(&mut y);
    y[0] * y[1]
}

fn main() {}
