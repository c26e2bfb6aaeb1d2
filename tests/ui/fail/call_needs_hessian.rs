use autodiff_runtime::grad;

#[grad]
fn square(x: f64) -> f64 {
    x * x
}

#[grad(hessian)]
fn fourth(x: f64) -> f64 {
    square(square(x))
}

fn main() {}
