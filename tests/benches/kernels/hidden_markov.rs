//! The forward algorithm of a hidden Markov model: a scaled recurrence of vectors, with an index array.

use autodiff_runtime::grad;

use crate::harness::{Kernel, numbers};

#[grad(wrt(moves, shows, start), workspace)]
pub fn log_probability(
    moves: &[f64],
    shows: &[f64],
    start: &[f64],
    seen: &[usize],
    symbols: usize,
) -> f64 {
    let states = start.len();
    let mut alpha = vec![0.0; states];
    for s in 0..states {
        alpha[s] = start[s] * shows[s * symbols + seen[0]];
    }
    let mut log = 0.0;
    for t in 1..seen.len() {
        let mut next = vec![0.0; states];
        for s in 0..states {
            let mut sum = 0.0;
            for r in 0..states {
                sum += alpha[r] * moves[r * states + s];
            }
            next[s] = sum * shows[s * symbols + seen[t]];
        }
        let mut scale = 0.0;
        for s in 0..states {
            scale += next[s];
        }
        for s in 0..states {
            alpha[s] = next[s] / scale;
        }
        log += scale.ln();
    }
    log
}

/// Keeps the scaled states and the sums of each step.
fn by_hand(
    moves: &[f64],
    shows: &[f64],
    start: &[f64],
    seen: &[usize],
    symbols: usize,
    [d_moves, d_shows, d_start]: &mut [Vec<f64>; 3],
) -> f64 {
    let (n, steps) = (start.len(), seen.len());
    d_moves.fill(0.0);
    d_shows.fill(0.0);
    let mut alphas = vec![0.0; steps * n];
    let mut sums = vec![0.0; steps * n];
    let mut scales = vec![0.0; steps];
    for s in 0..n {
        alphas[s] = start[s] * shows[s * symbols + seen[0]];
    }
    let mut log = 0.0;
    for t in 1..steps {
        let (before, now) = alphas.split_at_mut(t * n);
        let (before, now) = (&before[(t - 1) * n..], &mut now[..n]);
        let sums = &mut sums[t * n..(t + 1) * n];
        for (a, row) in before.iter().zip(moves.chunks_exact(n)) {
            for (sum, m) in sums.iter_mut().zip(row) {
                *sum += a * m;
            }
        }
        let mut scale = 0.0;
        for s in 0..n {
            now[s] = sums[s] * shows[s * symbols + seen[t]];
            scale += now[s];
        }
        now.iter_mut().for_each(|a| *a /= scale);
        scales[t] = scale;
        log += scale.ln();
    }
    let mut d_alpha = vec![0.0; n];
    let mut d_sum = vec![0.0; n];
    for t in (1..steps).rev() {
        let now = &alphas[t * n..(t + 1) * n];
        let before = &alphas[(t - 1) * n..t * n];
        let inverse = 1.0 / scales[t];
        let dot: f64 = d_alpha.iter().zip(now).map(|(d, a)| d * a).sum();
        let d_scale = (1.0 - dot) * inverse;
        for s in 0..n {
            let (d_next, at) = (d_alpha[s] * inverse + d_scale, s * symbols + seen[t]);
            d_shows[at] += d_next * sums[t * n + s];
            d_sum[s] = d_next * shows[at];
        }
        let rows = moves.chunks_exact(n).zip(d_moves.chunks_exact_mut(n));
        for (((row, d_row), a), d_a) in rows.zip(before).zip(&mut d_alpha) {
            *d_a = 0.0;
            for ((d, m), d_m) in d_sum.iter().zip(row).zip(d_row) {
                *d_a += d * m;
                *d_m += a * d;
            }
        }
    }
    for s in 0..n {
        let at = s * symbols + seen[0];
        d_start[s] = d_alpha[s] * shows[at];
        d_shows[at] += d_alpha[s] * start[s];
    }
    log
}

pub fn kernel(name: &'static str) -> Kernel {
    const STATES: usize = 8;
    const SYMBOLS: usize = 5;
    const STEPS: usize = 100;
    Kernel::with_workspace(
        name,
        || {
            let positive = |count: usize, seed| -> Vec<f64> {
                numbers(count, seed).iter().map(|x: &f64| 0.1 + x.abs()).collect()
            };
            let seen: Vec<usize> = (0..STEPS).map(|i| (i * i + i / 3) % SYMBOLS).collect();
            (
                positive(STATES * STATES, 21),
                positive(STATES * SYMBOLS, 22),
                positive(STATES, 23),
                seen,
            )
        },
        [STATES * STATES, STATES * SYMBOLS, STATES],
        |(m, p, s, seen)| log_probability(m, p, s, seen, SYMBOLS),
        |(m, p, s, seen), [d_m, d_p, d_s]| {
            log_probability_grad_into(m, p, s, seen, SYMBOLS, d_m, d_p, d_s)
        },
        |kept, (m, p, s, seen), [d_m, d_p, d_s]| {
            log_probability_grad_with(kept, m, p, s, seen, SYMBOLS, d_m, d_p, d_s)
        },
        |(m, p, s, seen), d| by_hand(m, p, s, seen, SYMBOLS, d),
    )
}
