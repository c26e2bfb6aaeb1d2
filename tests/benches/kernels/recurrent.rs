//! A recurrent cell: a state that every step overwrites, and a callee with a derivative.

use autodiff_runtime::grad;

use crate::harness::{Kernel, numbers};

const CELLS: usize = 16;

#[grad]
pub fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[grad(wrt(weights, gains), workspace)]
pub fn last_error(weights: &[f64], gains: &[f64], inputs: &[f64], target: f64) -> f64 {
    let mut state = [0.0; CELLS];
    let mut next = [0.0; CELLS];
    for t in 0..inputs.len() {
        for i in 0..CELLS {
            let mut sum = gains[i] * inputs[t];
            for j in 0..CELLS {
                sum += weights[i * CELLS + j] * state[j];
            }
            next[i] = sigmoid(sum);
        }
        state = next;
    }
    let mut output = -target;
    for i in 0..CELLS {
        output += state[i];
    }
    output * output
}

/// Keeps the states.
fn by_hand(
    weights: &[f64],
    gains: &[f64],
    inputs: &[f64],
    target: f64,
    d_weights: &mut [f64],
    d_gains: &mut [f64],
) -> f64 {
    let mut states = Vec::with_capacity(inputs.len() + 1);
    let mut state = [0.0; CELLS];
    states.push(state);
    for input in inputs {
        let mut next = [0.0; CELLS];
        for ((next, row), gain) in next.iter_mut().zip(weights.chunks_exact(CELLS)).zip(gains) {
            let sum = row.iter().zip(&state).fold(gain * input, |sum, (w, s)| sum + w * s);
            *next = 1.0 / (1.0 + (-sum).exp());
        }
        state = next;
        states.push(state);
    }
    let output = state.iter().sum::<f64>() - target;

    d_weights.fill(0.0);
    d_gains.fill(0.0);
    let mut d_state = [2.0 * output; CELLS];
    for ((before, after), input) in states.iter().zip(&states[1..]).zip(inputs).rev() {
        let mut d_before = [0.0; CELLS];
        let rows = weights.chunks_exact(CELLS).zip(d_weights.chunks_exact_mut(CELLS));
        for (i, (row, d_row)) in rows.enumerate() {
            let d_sum = d_state[i] * after[i] * (1.0 - after[i]);
            d_gains[i] += d_sum * input;
            for j in 0..CELLS {
                d_row[j] += d_sum * before[j];
                d_before[j] += d_sum * row[j];
            }
        }
        d_state = d_before;
    }
    output * output
}

pub fn kernel(name: &'static str) -> Kernel {
    const STEPS: usize = 50;
    Kernel::with_workspace(
        name,
        || {
            let weights: Vec<_> = numbers(CELLS * CELLS, 13).iter().map(|w| 2.0 * w).collect();
            (weights, numbers(CELLS, 14), numbers(STEPS, 15))
        },
        [CELLS * CELLS, CELLS],
        |(w, gains, inputs)| last_error(w, gains, inputs, 0.5),
        |(w, gains, inputs), [d_w, d_g]| last_error_grad_into(w, gains, inputs, 0.5, d_w, d_g),
        |kept, (w, gains, inputs), [d_w, d_g]| {
            last_error_grad_with(kept, w, gains, inputs, 0.5, d_w, d_g)
        },
        |(w, gains, inputs), [d_w, d_g]| by_hand(w, gains, inputs, 0.5, d_w, d_g),
    )
}
