use autodiff_runtime::grad;

#[grad(wrt(x))]
fn scaled(x: f64, scale: f64) -> f64 {
    x * scale
}

#[grad]
fn squared(x: f64) -> f64 {
    scaled(x, x)
}

fn main() {}
