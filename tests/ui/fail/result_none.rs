use autodiff_runtime::grad;

#[grad]
fn square(x: f64) {
    let _ = x * x;
}

fn main() {}
