//! The formula of the first example.

use autodiff_runtime::grad;

use crate::harness::Kernel;

#[grad]
pub fn sin_cubic(x: f64) -> f64 {
    (x * x).sin() + x.powi(3)
}

pub fn by_hand(x: f64, d: &mut [Vec<f64>; 1]) -> f64 {
    let square = x * x;
    let (sin, cos) = square.sin_cos();
    d[0][0] = 2.0 * x * cos + 3.0 * square;
    sin + x.powi(3)
}

pub fn kernel(name: &'static str) -> Kernel {
    Kernel::new(
        name,
        || 0.7,
        [1],
        |x| sin_cubic(*x),
        |x, [d_x]| sin_cubic_grad_into(*x, &mut d_x[0]),
        |x, d| by_hand(*x, d),
    )
}
