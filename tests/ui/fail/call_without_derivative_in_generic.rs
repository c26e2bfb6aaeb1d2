use autodiff_runtime::{Float, grad};

fn half<T: Float>(x: T) -> T {
    x / (x + x) * x
}

#[grad]
fn area<T: Float>(x: T) -> T {
    half(x) * x
}

fn main() {}
