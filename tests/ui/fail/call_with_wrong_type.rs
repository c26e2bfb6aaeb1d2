use autodiff_runtime::grad;

#[grad]
fn scaled(x: f64, n: usize) -> f64 {
    x * n as f64
}

#[grad]
fn twice(x: f64) -> f64 {
    scaled(x, "two")
}

fn main() {}
