use autodiff_runtime::grad;

#[grad]
fn square(x: f64) -> f64 {
    x * x
}

#[grad(jacobian)]
fn both(x: f64) -> [f64; 2] {
    [square(x), x]
}

fn main() {}
