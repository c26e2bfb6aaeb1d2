use autodiff_runtime::grad;

mod inner {
    use autodiff_runtime::grad;

    #[grad(jvp)]
    pub fn plain(x: &[f64]) -> f64 {
        x[0] * x[1]
    }
}

#[grad(batch)]
fn caller(x: [f64; 2]) -> f64 {
    inner::plain(&x) * x[0]
}

fn main() {}
