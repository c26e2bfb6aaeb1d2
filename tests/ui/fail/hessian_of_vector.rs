use autodiff_runtime::grad;

#[grad(hessian)]
fn polar(x: [f64; 2]) -> [f64; 2] {
    [x[0] * x[1].cos(), x[0] * x[1].sin()]
}

fn main() {
    let _ = polar_hessian([1.0, 2.0]);
}
