use autodiff_runtime::grad;

#[grad(gnvp)]
fn residuals(p: &[f64; 2], out: &mut [f64]) {
    out[0] = p[0] * p[1];
    out[1] = p[0].exp();
}

fn main() {}
