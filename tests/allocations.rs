//! Heap allocations counted where none are allowed: straight-line functions and loops with a
//! constant trip count use no heap at all, `f_grad_into` on slices none of its own.

// Functions are written as people write them who come from other languages.
#![allow(clippy::needless_range_loop)]

use allocation_counter::measure;
use autodiff_runtime::grad;
use std::hint::black_box;

/// The number of allocations that all that was allocated took.
fn allocations(call: impl FnOnce()) -> u64 {
    measure(call).count_total
}

/// All ways to the gradient of a function whose result is a float: no heap.
macro_rules! no_heap {
    ($f:ident($($argument:expr),*)) => {
        no_heap!(@vjp $f($($argument),*), 1.0);
        autodiff_tests::paste! {
            assert_eq!(allocations(|| _ = black_box([<$f _grad>]($($argument),*))), 0, "grad");
            assert_eq!(
                allocations(|| _ = black_box([<$f _value_and_grad>]($($argument),*))),
                0,
                "value_and_grad"
            );
        }
    };
    (@vjp $f:ident($($argument:expr),*), $seed:expr) => {
        autodiff_tests::paste! {
            assert_eq!(allocations(|| _ = black_box($f($($argument),*))), 0, "the function itself");
            assert_eq!(
                allocations(|| _ = black_box([<$f _vjp>]($($argument,)* $seed))),
                0,
                "vjp"
            );
            let sweeps = || {
                let (value, residuals) = [<$f _forward>]($($argument),*);
                black_box(value);
                black_box([<$f _reverse>](&residuals, $seed));
                black_box([<$f _reverse>](&residuals, $seed));
            };
            assert_eq!(allocations(sweeps), 0, "forward and reverse");
        }
    };
}

#[grad]
fn straight_line(x: f64, y: f64) -> f64 {
    let z = (x * y).sin() + x.exp();
    z.sqrt() * y / (1.0 + x * x)
}

#[grad]
fn branches(x: f64, kind: u8) -> f64 {
    let y = match kind {
        0 => x.sin(),
        1 => x * x,
        _ => return x.exp(),
    };
    if y > 0.5 { y.ln() } else { y * x }
}

#[grad]
fn constant_trips(x: f64) -> f64 {
    let mut y = x;
    for k in 0..50 {
        y = y.sin() * x + k as f64 * 0.001;
    }
    y
}

const STEPS: usize = 4 * CELLS;
const CELLS: usize = 6;

/// Trips that constants of the module tell, which are what they are by way of another.
#[grad]
fn trips_by_name(x: [f64; CELLS]) -> f64 {
    let mut u = x;
    for step in 1..STEPS {
        for i in 1..CELLS {
            u[i] = (u[i] * u[i - 1]).sin() + step as f64 * 0.01;
        }
    }
    u[CELLS - 1]
}

#[grad]
fn nested_constant_trips(m: [[f64; 3]; 3]) -> f64 {
    let mut p = m;
    for _ in 0..4 {
        let mut square = [[0.0; 3]; 3];
        for i in 0..3 {
            for j in 0..3 {
                for k in 0..3 {
                    square[i][j] += p[i][k] * m[k][j];
                }
                square[i][j] = square[i][j].sin();
            }
        }
        p = square;
    }
    p[0][0] + p[1][2] * p[2][1]
}

#[grad]
fn constant_trips_left_early(x: [f64; 4], limit: f64) -> f64 {
    let mut y = 1.0;
    for i in 0..4 {
        if x[i] < 0.0 {
            continue;
        }
        y = y * x[i] + 0.25;
        if y > limit {
            break;
        }
        y = y.sqrt();
    }
    y
}

#[grad]
fn pair(x: f64, y: f64) -> (f64, [f64; 2]) {
    let (sin, cos) = (x * y).sin_cos();
    (sin * x, [cos, sin * cos])
}

#[grad]
fn calls(x: f64, y: f64) -> f64 {
    let mut z = x;
    for _ in 0..5 {
        z = straight_line(z, y) + constant_trips(z * 0.25);
    }
    z
}

#[test]
fn straight_line_without_heap() {
    no_heap!(straight_line(0.5, 0.75));
}

#[test]
fn branches_without_heap() {
    no_heap!(branches(0.75, 0));
    no_heap!(branches(0.75, 1));
    no_heap!(branches(0.75, 2));
}

#[test]
fn constant_trips_without_heap() {
    no_heap!(constant_trips(0.75));
}

#[test]
fn trips_by_name_without_heap() {
    no_heap!(trips_by_name([0.1, 0.7, -0.4, 1.2, 0.5, 0.9]));
}

#[test]
fn nested_constant_trips_without_heap() {
    no_heap!(nested_constant_trips([[0.5, -0.25, 0.75], [0.25, 1.0, -0.5], [0.125, 0.5, 0.25]]));
}

#[test]
fn constant_trips_left_early_without_heap() {
    no_heap!(constant_trips_left_early([0.5, -1.25, 0.75, 2.0], 0.875));
}

#[test]
fn calls_without_heap() {
    no_heap!(calls(0.5, 0.75));
}

#[test]
fn compound_result_without_heap() {
    no_heap!(@vjp pair(0.5, 0.75), (1.0, [0.5, -0.5]));
}

#[grad]
fn dot(x: &[f64], y: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i] * y[i];
    }
    sum
}

#[grad]
fn log_sum_exp(x: &[f64], shift: f64) -> f64 {
    let mut sum: f64 = 0.0;
    for i in 0..x.len() {
        sum += (x[i] - shift).exp();
    }
    shift + sum.ln()
}

#[grad]
fn tanh_layer(weights: &[f64], x: &[f64], target: f64) -> f64 {
    let n = x.len();
    let mut loss = 0.0;
    for r in 0..weights.len() / n {
        let row = &weights[r * n..(r + 1) * n];
        let z = dot(row, x).tanh() - target;
        loss += z * z;
    }
    loss
}

/// Rows of a constant length in a scratch array that every iteration overwrites.
#[grad]
fn softmax_rows(scores: &[[f64; 3]], labels: &[usize]) -> f64 {
    let mut p = [0.0; 3];
    let mut loss = 0.0;
    for n in 0..scores.len() {
        let mut total = 0.0;
        for k in 0..3 {
            p[k] = scores[n][k].exp();
            total += p[k];
        }
        loss -= (p[labels[n]] / total).ln();
    }
    loss
}

#[test]
fn grad_into_of_dot() {
    let (x, mut d_x, mut d_y) = ([0.5, -1.25, 2.0], [0.0; 3], [0.0; 3]);
    assert_eq!(allocations(|| _ = black_box(dot_grad_into(&x, &x, &mut d_x, &mut d_y))), 0);
}

#[test]
fn grad_into_of_log_sum_exp() {
    let (x, mut d_x, mut d_shift) = ([0.5, -1.25, 2.0], [0.0; 3], 0.0);
    let call = || _ = black_box(log_sum_exp_grad_into(&x, 0.5, &mut d_x, &mut d_shift));
    assert_eq!(allocations(call), 0);
}

#[test]
fn grad_into_with_calls_on_parts_of_slices() {
    let (w, x) = ([0.5, -1.25, 2.0, 0.75, 1.5, -0.25], [0.375, 1.0, -0.5]);
    let (mut d_w, mut d_x, mut d_target) = ([0.0; 6], [0.0; 3], 0.0);
    let call = || {
        _ = black_box(tanh_layer_grad_into(&w, &x, 0.5, &mut d_w, &mut d_x, &mut d_target));
    };
    assert_eq!(allocations(call), 0);
}

#[test]
fn grad_into_with_scratch_of_an_iteration() {
    let scores = [[0.5, -1.25, 2.0], [0.75, 1.5, -0.25]];
    let mut d_scores = [[0.0; 3]; 2];
    let call = || _ = black_box(softmax_rows_grad_into(&scores, &[2, 0], &mut d_scores));
    assert_eq!(allocations(call), 0);
}

/// What each row computes again is not kept in a table where the function needs no heap.
#[grad]
fn log_likelihood(mean: &[f64], log_sd: &[f64], data: &[f64]) -> f64 {
    let mut total = 0.0;
    for row in data.chunks_exact(mean.len()) {
        for i in 0..mean.len() {
            let z = (row[i] - mean[i]) * (-log_sd[i]).exp();
            total -= 0.5 * z * z + log_sd[i];
        }
    }
    total
}

#[test]
fn grad_into_with_rows() {
    let (mean, log_sd, data) = ([0.5, -1.25], [0.25, 0.5], [1.0, 2.0, -0.5, 0.75]);
    let (mut d_mean, mut d_log_sd, mut d_data) = ([0.0; 2], [0.0; 2], [0.0; 4]);
    let call = || {
        let buffers = (&mut d_mean, &mut d_log_sd, &mut d_data);
        _ = black_box(log_likelihood_grad_into(
            &mean, &log_sd, &data, buffers.0, buffers.1, buffers.2,
        ));
    };
    assert_eq!(allocations(call), 0);
}

#[grad]
fn scale(x: &mut [f64], factor: f64) {
    for i in 0..x.len() {
        x[i] *= 0.5;
    }
    x[0] += factor;
}

/// In-out buffers are the caller's: a linear update needs no copy of what it overwrites.
#[test]
fn in_out_buffers() {
    let (mut x, mut d_x) = (vec![0.5, -1.25, 2.0], vec![1.0, 0.5, -0.25]);
    assert_eq!(allocations(|| _ = black_box(scale_vjp(&mut x, 1.5, &mut d_x))), 0);
}

/// A gradient that is a vector is one allocation: the vector.
#[test]
fn grad_of_a_slice_allocates_the_gradient() {
    let x = [0.5, -1.25, 2.0];
    assert_eq!(allocations(|| _ = black_box(dot_grad(&x, &x))), 2);
    assert_eq!(allocations(|| _ = black_box(log_sum_exp_grad(&x, 0.5))), 1);
}

#[grad(workspace)]
fn diffusion(start: &[f64], rate: f64, steps: usize) -> f64 {
    let mut u = start.to_vec();
    let mut next = vec![0.0; start.len()];
    for _ in 0..steps {
        for i in 1..u.len() - 1 {
            next[i] = u[i] + rate * (u[i + 1] * u[i] - 2.0 * u[i] + u[i - 1]).tanh();
        }
        u.copy_from_slice(&next);
    }
    let mut sum = 0.0;
    for i in 0..u.len() {
        sum += u[i] * u[i];
    }
    sum
}

#[grad(workspace, wrt(weights))]
fn recurrent(weights: &[f64], inputs: &[f64]) -> f64 {
    let mut state = [0.0; 4];
    for t in 0..inputs.len() {
        let mut next = [0.0; 4];
        for i in 0..4 {
            let mut sum = inputs[t];
            for j in 0..4 {
                sum += weights[4 * i + j] * state[j];
            }
            next[i] = sum.tanh();
        }
        state = next;
    }
    state[0] * state[1] + state[2]
}

/// One workspace serves several functions; what it holds after the first calls is enough, also for less.
#[test]
fn nothing_with_a_workspace() {
    let mut workspace = autodiff_runtime::Workspace::new();
    let start = [0.5, -1.25, 2.0, 0.75, 1.5, -0.25];
    let weights: Vec<f64> = (0..16).map(|i| f64::from(i).sin()).collect();
    let (mut d_start, mut d_rate, mut d_weights) = ([0.0; 6], 0.0, [0.0; 16]);
    let mut calls = |steps: usize| {
        let value =
            diffusion_grad_with(&mut workspace, &start, 0.25, steps, &mut d_start, &mut d_rate);
        let last = recurrent_grad_with(&mut workspace, &weights, &start[..steps], &mut d_weights);
        (value, last)
    };
    calls(6);
    for steps in [6, 2, 5, 6] {
        assert_eq!(allocations(|| _ = black_box(calls(steps))), 0);
    }
    let (value, last) = calls(5);
    let (by_start, by_rate) = diffusion_grad(&start, 0.25, 5);
    assert_eq!((value, last), (diffusion(&start, 0.25, 5), recurrent(&weights, &start[..5])));
    assert_eq!((&d_start[..], d_rate), (&by_start[..], by_rate));
    assert_eq!(&d_weights[..], recurrent_grad(&weights, &start[..5]));
}

#[grad]
fn newton(x: f64, guess: f64, limit: usize) -> f64 {
    let mut y = guess;
    for _ in 0..limit {
        let step = (y * y * y - x) / (3.0 * y * y);
        y -= step;
        if step.abs() < 1e-12 {
            break;
        }
    }
    y
}

/// The slopes of a recurrence are carried along.
#[test]
fn recurrences_without_heap() {
    no_heap!(newton(2.0, 1.5, 20));
    let (by_x, _) = newton_grad(2.0, 1.5, 20);
    assert!((by_x - 2f64.powf(-2.0 / 3.0) / 3.0).abs() < 1e-12);
}

#[grad(wrt(x, ups))]
fn tree_of_prices(x: f64, ups: f64, strikes: &[f64], steps: usize) -> f64 {
    if steps == 0 {
        return (x - strikes[0]) * x;
    }
    let up = tree_of_prices(x * ups, ups, strikes, steps - 1);
    let down = tree_of_prices(x / ups, ups, strikes, steps - 1);
    0.5 * (up + down)
}

/// Of calls of itself with numbers a function keeps the slopes.
#[test]
fn recursion_without_heap() {
    no_heap!(tree_of_prices(1.5, 1.25, &[0.5], 3));
    let (by_x, by_ups) = tree_of_prices_grad(1.5, 1.25, &[0.5], 3);
    let slope = |x: f64, ups: f64| {
        (tree_of_prices(1.5 + x, 1.25 + ups, &[0.5], 3)
            - tree_of_prices(1.5 - x, 1.25 - ups, &[0.5], 3))
            / 2e-6
    };
    assert!((by_x - slope(1e-6, 0.0)).abs() < 1e-7);
    assert!((by_ups - slope(0.0, 1e-6)).abs() < 1e-7);
}
