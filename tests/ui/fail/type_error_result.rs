use autodiff_runtime::grad;

#[grad]
fn compared(x: f64) -> f64 {
    x > 0.0
}

fn main() {}
