//! The composition of two vector functions, R⁵⁰ -> R¹⁰⁰ -> R²⁰⁰, of the example of that name: one row of its Jacobian.

use autodiff_runtime::grad;

use crate::harness::{Kernel, numbers};

const INPUTS: usize = 50;
const MIDDLE: usize = 100;
const OUTPUTS: usize = 200;

#[grad(wrt(x))]
pub fn inner(a: &[f64], x: [f64; INPUTS]) -> [f64; MIDDLE] {
    let mut y = [0.0; MIDDLE];
    for i in 0..MIDDLE {
        let mut sum = 0.0;
        for j in 0..INPUTS {
            sum += a[i * INPUTS + j] * x[j];
        }
        y[i] = sum.tanh();
    }
    y
}

#[grad(wrt(y))]
pub fn outer(b: &[f64], y: [f64; MIDDLE]) -> [f64; OUTPUTS] {
    let mut z = [0.0; OUTPUTS];
    for i in 0..OUTPUTS {
        let mut sum = 0.0;
        for j in 0..MIDDLE {
            sum += b[i * MIDDLE + j] * y[j];
        }
        z[i] = sum.sin();
    }
    z
}

#[grad(wrt(x))]
pub fn composed(a: &[f64], b: &[f64], x: [f64; INPUTS]) -> [f64; OUTPUTS] {
    outer(b, inner(a, x))
}

/// Keeps the middle, and the slopes of the outputs.
pub fn by_hand(
    a: &[f64],
    b: &[f64],
    x: &[f64; INPUTS],
    seed: &[f64; OUTPUTS],
    d: &mut [Vec<f64>; 1],
) -> [f64; OUTPUTS] {
    let mut y = [0.0; MIDDLE];
    for (y, row) in y.iter_mut().zip(a.chunks_exact(INPUTS)) {
        *y = row.iter().zip(x).fold(0.0, |sum, (a, x)| sum + a * x).tanh();
    }
    let mut z = [0.0; OUTPUTS];
    let mut d_y = [0.0; MIDDLE];
    for ((z, row), seed) in z.iter_mut().zip(b.chunks_exact(MIDDLE)).zip(seed) {
        let sum = row.iter().zip(&y).fold(0.0, |sum, (b, y)| sum + b * y);
        let (sin, cos) = sum.sin_cos();
        *z = sin;
        let d_sum = seed * cos;
        for (d_y, b) in d_y.iter_mut().zip(row) {
            *d_y += d_sum * b;
        }
    }
    let d_x = &mut d[0];
    d_x.fill(0.0);
    for ((row, d_y), y) in a.chunks_exact(INPUTS).zip(d_y).zip(y) {
        let d_sum = d_y * (1.0 - y * y);
        for (d_x, a) in d_x.iter_mut().zip(row) {
            *d_x += d_sum * a;
        }
    }
    z
}

type Input = (Vec<f64>, Vec<f64>, [f64; INPUTS], [f64; OUTPUTS]);

pub fn kernel(name: &'static str) -> Kernel {
    Kernel::new(
        name,
        || -> Input {
            let small = |count, seed| numbers(count, seed).into_iter().map(|x| 0.1 * x).collect();
            let (x, seed) = (numbers(INPUTS, 3), numbers(OUTPUTS, 4));
            (
                small(MIDDLE * INPUTS, 1),
                small(OUTPUTS * MIDDLE, 2),
                std::array::from_fn(|i| x[i]),
                std::array::from_fn(|i| seed[i]),
            )
        },
        [INPUTS],
        |(a, b, x, _)| composed(a, b, *x)[0],
        |(a, b, x, seed), [d_x]| {
            let (z, gradient) = composed_vjp(a, b, *x, *seed);
            d_x.copy_from_slice(&gradient);
            z[0]
        },
        |(a, b, x, seed), d| by_hand(a, b, x, seed, d)[0],
    )
}
