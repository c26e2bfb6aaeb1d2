//! Dot products over rows of a slice.

use autodiff_runtime::grad;

use crate::harness::{Kernel, numbers};

#[grad(wrt(weights))]
pub fn least_squares(weights: &[f64], rows: &[f64], targets: &[f64]) -> f64 {
    let n = weights.len();
    let mut sum = 0.0;
    for r in 0..targets.len() {
        let row = &rows[r * n..(r + 1) * n];
        let mut residual = -targets[r];
        for i in 0..n {
            residual += row[i] * weights[i];
        }
        sum += residual * residual;
    }
    0.5 * sum
}

/// Four rows at a time: their sums do not wait for each other, and the gradient is written once.
fn by_hand(weights: &[f64], rows: &[f64], targets: &[f64], d_weights: &mut [f64]) -> f64 {
    let n = weights.len();
    d_weights.fill(0.0);
    let mut sum = 0.0;
    let (groups, rest) = targets.as_chunks::<4>();
    for (group, targets) in rows.chunks_exact(4 * n).zip(groups) {
        let (first, last) = group.split_at(2 * n);
        let ((a, b), (c, d)) = (first.split_at(n), last.split_at(n));
        let mut residual = targets.map(|target| -target);
        for ((((w, a), b), c), d) in weights.iter().zip(a).zip(b).zip(c).zip(d) {
            residual[0] += a * w;
            residual[1] += b * w;
            residual[2] += c * w;
            residual[3] += d * w;
        }
        for residual in residual {
            sum += residual * residual;
        }
        for ((((d_w, a), b), c), d) in d_weights.iter_mut().zip(a).zip(b).zip(c).zip(d) {
            *d_w += residual[0] * a + residual[1] * b + residual[2] * c + residual[3] * d;
        }
    }
    for (row, target) in rows[4 * n * groups.len()..].chunks_exact(n).zip(rest) {
        let residual = row.iter().zip(weights).fold(-target, |sum, (x, w)| sum + x * w);
        sum += residual * residual;
        for (d, x) in d_weights.iter_mut().zip(row) {
            *d += residual * x;
        }
    }
    0.5 * sum
}

pub fn kernel(name: &'static str) -> Kernel {
    const N: usize = 32;
    const ROWS: usize = 200;
    Kernel::new(
        name,
        || (numbers(N, 1), numbers(N * ROWS, 2), numbers(ROWS, 3)),
        [N],
        |(w, rows, targets)| least_squares(w, rows, targets),
        |(w, rows, targets), [d]| least_squares_grad_into(w, rows, targets, d),
        |(w, rows, targets), [d]| by_hand(w, rows, targets, d),
    )
}
