use autodiff_runtime::grad;

#[grad(wrt(x, w))]
fn residuals(x: &[f64], w: f64, error: &mut [f64]) {
    for i in 0..x.len() {
        error[i] = w * x[i].sin();
    }
}

fn main() {}
