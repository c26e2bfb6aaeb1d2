use autodiff_runtime::grad;

#[grad]
fn square(x: f64) -> f64 {
    let _y = x * x;
}

fn main() {}
