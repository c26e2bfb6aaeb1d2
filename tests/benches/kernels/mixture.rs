//! The log-likelihood of a Gaussian mixture with a triangular factor for each component and a
//! Wishart prior on the factors.

use autodiff_runtime::grad;

use crate::harness::{Kernel, numbers};

#[grad(wrt(alphas, means, factors), workspace)]
pub fn log_likelihood(
    alphas: &[f64],
    means: &[f64],
    factors: &[f64],
    points: &[f64],
    d: usize,
    gamma: f64,
    freedom: f64,
) -> f64 {
    let components = alphas.len();
    let size = d * (d + 1) / 2;
    let count = points.len() / d;
    let mut centred = vec![0.0; d];
    let mut terms = vec![0.0; components];
    let mut total = 0.0;
    for n in 0..count {
        let point = &points[n * d..(n + 1) * d];
        for k in 0..components {
            let mean = &means[k * d..(k + 1) * d];
            let factor = &factors[k * size..(k + 1) * size];
            for i in 0..d {
                centred[i] = point[i] - mean[i];
            }
            let mut term = alphas[k];
            let mut at = d;
            for i in 0..d {
                let mut y = factor[i].exp() * centred[i];
                for j in 0..i {
                    y += factor[at] * centred[j];
                    at += 1;
                }
                term += factor[i] - 0.5 * y * y;
            }
            terms[k] = term;
        }
        total += log_sum_exp(&terms);
    }
    let mut prior = 0.0;
    for k in 0..components {
        let factor = &factors[k * size..(k + 1) * size];
        for i in 0..d {
            let diagonal = factor[i].exp();
            prior += 0.5 * gamma * gamma * diagonal * diagonal - freedom * factor[i];
        }
        for i in d..size {
            prior += 0.5 * gamma * gamma * factor[i] * factor[i];
        }
    }
    total - count as f64 * log_sum_exp(alphas) - prior
}

#[grad]
pub fn log_sum_exp(x: &[f64]) -> f64 {
    let mut largest = x[0];
    for i in 1..x.len() {
        if x[i] > largest {
            largest = x[i];
        }
    }
    let mut sum: f64 = 0.0;
    for i in 0..x.len() {
        sum += (x[i] - largest).exp();
    }
    largest + sum.ln()
}

/// Both sweeps of a point at once: its centred coordinates and its products are kept for as long.
#[expect(clippy::too_many_arguments, reason = "those of the function and its gradient")]
pub fn by_hand(
    alphas: &[f64],
    means: &[f64],
    factors: &[f64],
    points: &[f64],
    d: usize,
    gamma: f64,
    freedom: f64,
    [d_alphas, d_means, d_factors]: &mut [Vec<f64>; 3],
) -> f64 {
    let components = alphas.len();
    let size = d * (d + 1) / 2;
    let count = points.len() / d;
    d_alphas.fill(0.0);
    d_means.fill(0.0);
    d_factors.fill(0.0);
    let mut diagonals = vec![0.0; components * d];
    let mut offsets = vec![0.0; components];
    for (k, factor) in factors.chunks_exact(size).enumerate() {
        offsets[k] = alphas[k] + factor[..d].iter().sum::<f64>();
        for (diagonal, log) in diagonals[k * d..(k + 1) * d].iter_mut().zip(factor) {
            *diagonal = log.exp();
        }
    }
    let mut centred = vec![0.0; components * d];
    let mut products = vec![0.0; components * d];
    let mut weights = vec![0.0; components];
    let mut total = 0.0;
    for point in points.chunks_exact(d) {
        for k in 0..components {
            let centred = &mut centred[k * d..(k + 1) * d];
            let diagonal = &diagonals[k * d..(k + 1) * d];
            let products = &mut products[k * d..(k + 1) * d];
            for ((c, x), mean) in centred.iter_mut().zip(point).zip(&means[k * d..]) {
                *c = x - mean;
            }
            let mut rest = &factors[k * size + d..(k + 1) * size];
            let mut square = 0.0;
            for (i, product) in products.iter_mut().enumerate() {
                let row;
                (row, rest) = rest.split_at(i);
                *product = row
                    .iter()
                    .zip(&*centred)
                    .fold(diagonal[i] * centred[i], |sum, (f, c)| sum + f * c);
                square += *product * *product;
            }
            weights[k] = offsets[k] - 0.5 * square;
        }
        total += softmax(&mut weights);
        for k in 0..components {
            let weight = weights[k];
            d_alphas[k] += weight;
            let centred = &centred[k * d..(k + 1) * d];
            let diagonal = &diagonals[k * d..(k + 1) * d];
            let d_mean = &mut d_means[k * d..(k + 1) * d];
            let (d_diagonal, mut d_rest) = d_factors[k * size..(k + 1) * size].split_at_mut(d);
            let mut rest = &factors[k * size + d..(k + 1) * size];
            for i in 0..d {
                let (row, d_row);
                (row, rest) = rest.split_at(i);
                (d_row, d_rest) = d_rest.split_at_mut(i);
                let d_product = -weight * products[k * d + i];
                d_diagonal[i] += weight + d_product * diagonal[i] * centred[i];
                d_mean[i] -= d_product * diagonal[i];
                for (((d_f, d_m), f), c) in d_row.iter_mut().zip(&mut *d_mean).zip(row).zip(centred)
                {
                    *d_f += d_product * c;
                    *d_m -= d_product * f;
                }
            }
        }
    }
    let mut prior = 0.0;
    let square = gamma * gamma;
    for (k, (factor, d_factor)) in
        factors.chunks_exact(size).zip(d_factors.chunks_exact_mut(size)).enumerate()
    {
        for i in 0..d {
            let diagonal = diagonals[k * d + i];
            prior += 0.5 * square * diagonal * diagonal - freedom * factor[i];
            d_factor[i] -= square * diagonal * diagonal - freedom;
        }
        for (d, f) in d_factor[d..].iter_mut().zip(&factor[d..]) {
            prior += 0.5 * square * f * f;
            *d -= square * f;
        }
    }
    weights.copy_from_slice(alphas);
    let normaliser = softmax(&mut weights);
    for (d, w) in d_alphas.iter_mut().zip(&weights) {
        *d -= count as f64 * w;
    }
    total - count as f64 * normaliser - prior
}

/// The logarithm of the sum of the exponentials, and in place its gradient.
fn softmax(x: &mut [f64]) -> f64 {
    let largest = x.iter().fold(f64::NEG_INFINITY, |largest, x| largest.max(*x));
    let mut sum = 0.0;
    for x in &mut *x {
        *x = (*x - largest).exp();
        sum += *x;
    }
    for x in x {
        *x /= sum;
    }
    largest + sum.ln()
}

pub fn kernel(name: &'static str) -> Kernel {
    const D: usize = 10;
    const COMPONENTS: usize = 8;
    const POINTS: usize = 50;
    const SIZE: usize = D * (D + 1) / 2;
    Kernel::with_workspace(
        name,
        || {
            let parameters =
                [COMPONENTS, COMPONENTS * D, COMPONENTS * SIZE].map(|n| numbers(n, 16));
            (parameters, numbers(D * POINTS, 17))
        },
        [COMPONENTS, COMPONENTS * D, COMPONENTS * SIZE],
        |([a, m, f], points)| log_likelihood(a, m, f, points, D, 0.5, 2.0),
        |([a, m, f], points), [d_a, d_m, d_f]| {
            log_likelihood_grad_into(a, m, f, points, D, 0.5, 2.0, d_a, d_m, d_f)
        },
        |kept, ([a, m, f], points), [d_a, d_m, d_f]| {
            log_likelihood_grad_with(kept, a, m, f, points, D, 0.5, 2.0, d_a, d_m, d_f)
        },
        |([a, m, f], points), d| by_hand(a, m, f, points, D, 0.5, 2.0, d),
    )
}
