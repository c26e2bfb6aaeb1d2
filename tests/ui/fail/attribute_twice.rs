use autodiff_runtime::grad;

#[grad]
#[grad]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
