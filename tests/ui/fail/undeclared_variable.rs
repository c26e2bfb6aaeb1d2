use autodiff_runtime::grad;

#[grad]
fn scaled(x: f64) -> f64 {
    x * scale
}

fn main() {}
