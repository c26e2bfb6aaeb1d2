//! The logarithm of a determinant by a factorisation in place.

use autodiff_runtime::grad;

use crate::harness::{Kernel, numbers};

/// Reads the lower triangle only.
#[grad(workspace)]
pub fn log_determinant(matrix: &[f64], n: usize) -> f64 {
    let mut a = matrix.to_vec();
    let mut log = 0.0;
    for i in 0..n {
        for j in 0..i {
            let mut sum = a[i * n + j];
            for k in 0..j {
                sum -= a[i * n + k] * a[j * n + k];
            }
            a[i * n + j] = sum / a[j * n + j];
        }
        let mut sum = a[i * n + i];
        for k in 0..i {
            sum -= a[i * n + k] * a[i * n + k];
        }
        a[i * n + i] = sum.sqrt();
        log += 2.0 * a[i * n + i].ln();
    }
    log
}

/// The factor is all that the reverse sweep needs, and its adjoint fits the gradient's buffer.
fn by_hand(matrix: &[f64], n: usize, d: &mut [f64]) -> f64 {
    let mut a = matrix.to_vec();
    let mut log = 0.0;
    for i in 0..n {
        let (above, rest) = a.split_at_mut(i * n);
        let row = &mut rest[..n];
        for (j, pivots) in above.chunks_exact(n).enumerate() {
            let (known, unknown) = row.split_at_mut(j);
            unknown[0] = (unknown[0] - dot(known, &pivots[..j])) / pivots[j];
        }
        row[i] = (row[i] - dot(&row[..i], &row[..i])).sqrt();
        log += 2.0 * row[i].ln();
    }

    d.fill(0.0);
    for i in (0..n).rev() {
        let (row, (d_above, d_rest)) = (&a[i * n..(i + 1) * n], d.split_at_mut(i * n));
        let d_row = &mut d_rest[..n];
        // Of the sum under the root.
        let d_sum = (d_row[i] + 2.0 / row[i]) / (2.0 * row[i]);
        d_row[i] = d_sum;
        add(&mut d_row[..i], -2.0 * d_sum, &row[..i]);
        for (j, d_pivots) in d_above.chunks_exact_mut(n).enumerate().rev() {
            let pivots = &a[j * n..(j + 1) * n];
            let d_sum = d_row[j] / pivots[j];
            d_row[j] = d_sum;
            d_pivots[j] -= d_sum * row[j];
            add(&mut d_row[..j], -d_sum, &pivots[..j]);
            add(&mut d_pivots[..j], -d_sum, &row[..j]);
        }
    }
    log
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

fn add(to: &mut [f64], factor: f64, x: &[f64]) {
    for (to, x) in to.iter_mut().zip(x) {
        *to += factor * x;
    }
}

pub fn kernel(name: &'static str) -> Kernel {
    const N: usize = 32;
    Kernel::with_workspace(
        name,
        || {
            let mut matrix = numbers(N * N, 10);
            for i in 0..N {
                matrix[i * N + i] = N as f64 + i as f64;
            }
            matrix
        },
        [N * N],
        |matrix| log_determinant(matrix, N),
        |matrix, [d]| log_determinant_grad_into(matrix, N, d),
        |kept, matrix, [d]| log_determinant_grad_with(kept, matrix, N, d),
        |matrix, [d]| by_hand(matrix, N, d),
    )
}
