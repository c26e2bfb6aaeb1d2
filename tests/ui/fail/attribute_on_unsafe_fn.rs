use autodiff_runtime::grad;

/// # Safety
/// None needed.
#[grad]
unsafe fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
