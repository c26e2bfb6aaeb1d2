use autodiff_runtime::grad;

#[grad]
fn square(x: Reel) -> f64 {
    x * x
}

fn main() {}
