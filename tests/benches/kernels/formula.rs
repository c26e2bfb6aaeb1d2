//! A small straight-line formula: no loop, no memory.

use autodiff_runtime::grad;

use crate::harness::Kernel;

#[grad]
pub fn formula(x: f64, y: f64, z: f64) -> f64 {
    let angle = x * y + z;
    let wave = angle.sin() * (-z * z).exp();
    let radius = (x * x + y * y + 1.0).sqrt();
    wave / radius + (radius + z * z).ln() * x
}

pub fn by_hand(x: f64, y: f64, z: f64, d: &mut [Vec<f64>; 3]) -> f64 {
    let (sin, cos) = (x * y + z).sin_cos();
    let decay = (-z * z).exp();
    let wave = sin * decay;
    let radius = (x * x + y * y + 1.0).sqrt();
    let inverse = 1.0 / radius;
    let argument = radius + z * z;
    let log = argument.ln();

    let d_angle = cos * decay * inverse;
    let d_argument = x / argument;
    // Of the radius, over the radius.
    let d_square = (d_argument - wave * inverse * inverse) * inverse;
    d[0][0] = d_angle * y + d_square * x + log;
    d[1][0] = d_angle * x + d_square * y;
    d[2][0] = d_angle - 2.0 * z * wave * inverse + 2.0 * z * d_argument;
    wave / radius + log * x
}

pub fn kernel(name: &'static str) -> Kernel {
    Kernel::new(
        name,
        || [0.5, -1.25, 0.75],
        [1; 3],
        |&[x, y, z]| formula(x, y, z),
        |&[x, y, z], [d_x, d_y, d_z]| {
            formula_grad_into(x, y, z, &mut d_x[0], &mut d_y[0], &mut d_z[0])
        },
        |&[x, y, z], d| by_hand(x, y, z, d),
    )
}
