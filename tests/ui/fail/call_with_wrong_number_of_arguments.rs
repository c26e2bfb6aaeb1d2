use autodiff_runtime::grad;

#[grad]
fn square(x: f64) -> f64 {
    x * x
}

#[grad]
fn fourth(x: f64) -> f64 {
    square(x, x)
}

fn main() {}
