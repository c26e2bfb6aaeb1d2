//! Time steps that overwrite the state: the viscous Burgers equation.

use autodiff_runtime::grad;

use crate::harness::{Kernel, numbers};

#[grad(workspace)]
pub fn burgers(start: &[f64], viscosity: f64, steps: usize) -> f64 {
    let n = start.len();
    let mut u = start.to_vec();
    let mut v = start.to_vec();
    for _ in 0..steps {
        for i in 1..n - 1 {
            let slope = u[i + 1] - u[i - 1];
            let bend = u[i + 1] - 2.0 * u[i] + u[i - 1];
            v[i] = u[i] - 0.1 * u[i] * slope + viscosity * bend;
        }
        u.copy_from_slice(&v);
    }
    let mut energy = 0.0;
    for i in 0..n {
        energy += u[i] * u[i];
    }
    energy
}

/// Keeps the state of each step: there is nothing else to keep.
fn by_hand(
    start: &[f64],
    viscosity: f64,
    steps: usize,
    d: &mut [f64],
    d_viscosity: &mut f64,
) -> f64 {
    let n = start.len();
    let mut states = Vec::with_capacity((steps + 1) * n);
    states.extend_from_slice(start);
    for t in 0..steps {
        states.extend_from_within(t * n..);
        let (before, after) = states[t * n..].split_at_mut(n);
        let neighbours = before.iter().zip(&before[1..]).zip(&before[2..]);
        for (after, ((left, here), right)) in after[1..].iter_mut().zip(neighbours) {
            *after = here - 0.1 * here * (right - left) + viscosity * (right - 2.0 * here + left);
        }
    }
    let last = &states[steps * n..];
    let energy = last.iter().map(|u| u * u).sum();
    for (d, u) in d.iter_mut().zip(last) {
        *d = 2.0 * u;
    }

    // Summed over the steps first: a sum over elements would wait for each addition.
    let mut products = vec![0.0; n];
    // Of what a step makes. The ends are not made.
    let mut made = vec![0.0; n];
    for u in states.chunks_exact(n).take(steps).rev() {
        made[1..n - 1].copy_from_slice(&d[1..n - 1]);
        // An element gathers from the three that are made of it.
        for i in 1..n - 1 {
            let [left, right] = [u[i - 1], u[i + 1]];
            products[i] += made[i] * (right - 2.0 * u[i] + left);
            d[i] = made[i] * (1.0 - 0.1 * (right - left) - 2.0 * viscosity)
                + made[i - 1] * (viscosity - 0.1 * left)
                + made[i + 1] * (viscosity + 0.1 * right);
        }
        d[0] += made[1] * (viscosity + 0.1 * u[1]);
        d[n - 1] += made[n - 2] * (viscosity - 0.1 * u[n - 2]);
    }
    *d_viscosity = products.iter().sum();
    energy
}

pub fn kernel(name: &'static str) -> Kernel {
    const N: usize = 128;
    const STEPS: usize = 50;
    Kernel::with_workspace(
        name,
        || numbers(N, 4),
        [N, 1],
        |start| burgers(start, 0.1, STEPS),
        |start, [d, d_v]| burgers_grad_into(start, 0.1, STEPS, d, &mut d_v[0]),
        |kept, start, [d, d_v]| burgers_grad_with(kept, start, 0.1, STEPS, d, &mut d_v[0]),
        |start, [d, d_v]| by_hand(start, 0.1, STEPS, d, &mut d_v[0]),
    )
}
