//! Layers of LSTM cells over a sequence: functions that call each other in a loop, state that every step overwrites, and a
//! softmax after each step.

use autodiff_runtime::grad;

use crate::harness::{Kernel, numbers};

#[grad]
pub fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// One layer: `weights` and `biases` are those of the forget, input and output gates and of the change.
#[grad]
pub fn layer(
    width: usize,
    weights: &[f64],
    biases: &[f64],
    hidden: &mut [f64],
    cell: &mut [f64],
    below: &[f64],
) {
    for i in 0..width {
        let forget = sigmoid(below[i] * weights[i] + biases[i]);
        let enter = sigmoid(hidden[i] * weights[width + i] + biases[width + i]);
        let leave = sigmoid(below[i] * weights[2 * width + i] + biases[2 * width + i]);
        let change = (hidden[i] * weights[3 * width + i] + biases[3 * width + i]).tanh();
        cell[i] = cell[i] * forget + enter * change;
        hidden[i] = leave * cell[i].tanh();
    }
}

#[grad]
pub fn log_sum_exp(x: &[f64]) -> f64 {
    let mut sum = 2.0;
    for i in 0..x.len() {
        sum += x[i].exp();
    }
    sum.ln()
}

/// The mean cross entropy of each next element. `ends`: scales of the input, and scales and offsets of the output.
#[grad(wrt(parameters, ends), workspace)]
pub fn loss(
    width: usize,
    layers: usize,
    parameters: &[f64],
    ends: &[f64],
    start: &[f64],
    sequence: &[f64],
) -> f64 {
    let steps = sequence.len() / width - 1;
    let mut state = start.to_vec();
    let mut output = vec![0.0; width];
    let mut total = 0.0;
    for t in 0..steps {
        let input = &sequence[t * width..(t + 1) * width];
        let target = &sequence[(t + 1) * width..(t + 2) * width];
        for i in 0..width {
            output[i] = input[i] * ends[i];
        }
        for l in 0..layers {
            let own = &parameters[8 * width * l..8 * width * (l + 1)];
            let (weights, biases) = own.split_at(4 * width);
            let (before, from) = state.split_at_mut(2 * width * l);
            let (hidden, cell) = from[..2 * width].split_at_mut(width);
            if l == 0 {
                layer(width, weights, biases, hidden, cell, &output);
            } else {
                let below = &before[2 * width * (l - 1)..2 * width * (l - 1) + width];
                layer(width, weights, biases, hidden, cell, below);
            }
        }
        let top = &state[2 * width * (layers - 1)..2 * width * (layers - 1) + width];
        for i in 0..width {
            output[i] = top[i] * ends[width + i] + ends[2 * width + i];
        }
        let normaliser = log_sum_exp(&output);
        for i in 0..width {
            total += target[i] * (output[i] - normaliser);
        }
    }
    -total / (steps * width) as f64
}

/// What a cell's reverse needs: nothing of `libm` is called twice.
#[derive(Clone, Copy, Default)]
struct Kept {
    forget: f64,
    enter: f64,
    leave: f64,
    change: f64,
    cell: f64,
    hidden: f64,
    below: f64,
    tanh: f64,
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

pub fn by_hand(
    [width, layers]: [usize; 2],
    parameters: &[f64],
    ends: &[f64],
    start: &[f64],
    sequence: &[f64],
    d_parameters: &mut [f64],
    d_ends: &mut [f64],
) -> f64 {
    d_parameters.fill(0.0);
    d_ends.fill(0.0);
    let steps = sequence.len() / width - 1;
    let mut state = start.to_vec();
    let mut kept = vec![Kept::default(); steps * layers * width];
    let mut shares = vec![0.0; steps * width];
    let mut signal = vec![0.0; width];
    let (enter, rest) = ends.split_at(width);
    let (scale, offset) = rest.split_at(width);
    let offset = &offset[..width];
    let mut total = 0.0;
    let rows = kept.chunks_exact_mut(layers * width).zip(shares.chunks_exact_mut(width));
    for (t, (kept, shares)) in rows.enumerate() {
        let input = &sequence[t * width..(t + 1) * width];
        let target = &sequence[(t + 1) * width..(t + 2) * width];
        for i in 0..width {
            signal[i] = input[i] * enter[i];
        }
        for (l, kept) in kept.chunks_exact_mut(width).enumerate() {
            let p: [&[f64]; 8] = parts(&parameters[8 * width * l..8 * width * (l + 1)], width);
            let (hidden, cell) = state[2 * width * l..2 * width * (l + 1)].split_at_mut(width);
            for i in 0..width {
                let (below, h) = (signal[i], hidden[i]);
                let forget = logistic(below * p[0][i] + p[4][i]);
                let enter = logistic(h * p[1][i] + p[5][i]);
                let leave = logistic(below * p[2][i] + p[6][i]);
                let change = (h * p[3][i] + p[7][i]).tanh();
                let next = cell[i] * forget + enter * change;
                let tanh = next.tanh();
                kept[i] =
                    Kept { forget, enter, leave, change, cell: cell[i], hidden: h, below, tanh };
                cell[i] = next;
                hidden[i] = leave * tanh;
                signal[i] = hidden[i];
            }
        }
        let (mut sum, mut dot, mut weight) = (2.0, 0.0, 0.0);
        for i in 0..width {
            let y = signal[i] * scale[i] + offset[i];
            shares[i] = y.exp();
            sum += shares[i];
            dot += target[i] * y;
            weight += target[i];
        }
        let factor = weight / sum;
        shares.iter_mut().for_each(|share| *share *= factor);
        total += dot - weight * sum.ln();
    }
    let seed = -1.0 / (steps * width) as f64;
    let mut d_hidden = vec![0.0; layers * width];
    let mut d_cell = vec![0.0; layers * width];
    let mut d_signal = vec![0.0; width];
    let (d_enter, rest) = d_ends.split_at_mut(width);
    let (d_scale, d_offset) = rest.split_at_mut(width);
    let d_offset = &mut d_offset[..width];
    for t in (0..steps).rev() {
        let target = &sequence[(t + 1) * width..(t + 2) * width];
        let shares = &shares[t * width..(t + 1) * width];
        let kept = &kept[t * layers * width..(t + 1) * layers * width];
        let top = &kept[(layers - 1) * width..];
        for i in 0..width {
            let d = seed * (target[i] - shares[i]);
            d_scale[i] += d * (top[i].leave * top[i].tanh);
            d_offset[i] += d;
            d_signal[i] = d * scale[i];
        }
        for l in (0..layers).rev() {
            let p: [&[f64]; 8] = parts(&parameters[8 * width * l..8 * width * (l + 1)], width);
            let (d_weights, d_biases) =
                d_parameters[8 * width * l..8 * width * (l + 1)].split_at_mut(4 * width);
            let (w01, w23) = d_weights.split_at_mut(2 * width);
            let ((w0, w1), (w2, w3)) = (w01.split_at_mut(width), w23.split_at_mut(width));
            let (b01, b23) = d_biases.split_at_mut(2 * width);
            let ((b0, b1), (b2, b3)) = (b01.split_at_mut(width), b23.split_at_mut(width));
            let kept = &kept[l * width..(l + 1) * width];
            let d_hidden = &mut d_hidden[l * width..(l + 1) * width];
            let d_cell = &mut d_cell[l * width..(l + 1) * width];
            for i in 0..width {
                let k = &kept[i];
                let d_h = d_hidden[i] + d_signal[i];
                let d_c = d_cell[i] + d_h * k.leave * (1.0 - k.tanh * k.tanh);
                let leave = d_h * k.tanh * k.leave * (1.0 - k.leave);
                let forget = d_c * k.cell * k.forget * (1.0 - k.forget);
                let enter = d_c * k.change * k.enter * (1.0 - k.enter);
                let change = d_c * k.enter * (1.0 - k.change * k.change);
                d_cell[i] = d_c * k.forget;
                d_hidden[i] = enter * p[1][i] + change * p[3][i];
                d_signal[i] = forget * p[0][i] + leave * p[2][i];
                w0[i] += forget * k.below;
                w1[i] += enter * k.hidden;
                w2[i] += leave * k.below;
                w3[i] += change * k.hidden;
                b0[i] += forget;
                b1[i] += enter;
                b2[i] += leave;
                b3[i] += change;
            }
        }
        for i in 0..width {
            d_enter[i] += d_signal[i] * sequence[t * width + i];
        }
    }
    total * seed
}

fn parts(of: &[f64], width: usize) -> [&[f64]; 8] {
    std::array::from_fn(|i| &of[i * width..(i + 1) * width])
}

pub fn kernel(name: &'static str) -> Kernel {
    const WIDTH: usize = 14;
    const LAYERS: usize = 2;
    const STEPS: usize = 256;
    Kernel::with_workspace(
        name,
        || {
            let half = |count: usize, seed| -> Vec<f64> {
                numbers(count, seed).iter().map(|x| 0.5 + 0.5 * x).collect()
            };
            let sequence: Vec<f64> =
                half(STEPS * WIDTH, 24).iter().map(|x: &f64| x.round()).collect();
            (
                half(8 * LAYERS * WIDTH, 21),
                half(3 * WIDTH, 22),
                half(2 * LAYERS * WIDTH, 23),
                sequence,
            )
        },
        [8 * LAYERS * WIDTH, 3 * WIDTH],
        |(p, e, s, x)| loss(WIDTH, LAYERS, p, e, s, x),
        |(p, e, s, x), [d_p, d_e]| loss_grad_into(WIDTH, LAYERS, p, e, s, x, d_p, d_e),
        |kept, (p, e, s, x), [d_p, d_e]| loss_grad_with(kept, WIDTH, LAYERS, p, e, s, x, d_p, d_e),
        |(p, e, s, x), [d_p, d_e]| by_hand([WIDTH, LAYERS], p, e, s, x, d_p, d_e),
    )
}
