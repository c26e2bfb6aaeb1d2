use autodiff_runtime::grad;

#[grad(jacobian)]
fn f(x: [f64; 2]) -> Option<f64> {
    (x[0] > 0.0).then(|| x[0] * x[1])
}

fn main() {}
