//! Gather and scatter: flows along the edges of a graph.

use autodiff_runtime::grad;

use crate::harness::{Kernel, numbers};

/// The sum of the squares of what flows into each node.
#[grad(workspace)]
pub fn imbalance(potential: &[f64], strength: &[f64], from: &[usize], to: &[usize]) -> f64 {
    let mut inflow = vec![0.0; potential.len()];
    for e in 0..strength.len() {
        let flow = strength[e] * (potential[from[e]] - potential[to[e]]).tanh();
        inflow[from[e]] -= flow;
        inflow[to[e]] += flow;
    }
    let mut sum = 0.0;
    for i in 0..inflow.len() {
        sum += inflow[i] * inflow[i];
    }
    sum
}

/// The hyperbolic tangents wait in the strengths' gradient.
fn by_hand(
    potential: &[f64],
    strength: &[f64],
    from: &[usize],
    to: &[usize],
    d_potential: &mut [f64],
    d_strength: &mut [f64],
) -> f64 {
    let mut inflow = vec![0.0; potential.len()];
    for (((d, &s), &from), &to) in d_strength.iter_mut().zip(strength).zip(from).zip(to) {
        *d = (potential[from] - potential[to]).tanh();
        let flow = s * *d;
        inflow[from] -= flow;
        inflow[to] += flow;
    }
    d_potential.fill(0.0);
    for (((d, &s), &from), &to) in d_strength.iter_mut().zip(strength).zip(from).zip(to) {
        let d_flow = 2.0 * (inflow[to] - inflow[from]);
        let d_difference = d_flow * s * (1.0 - *d * *d);
        *d *= d_flow;
        d_potential[from] += d_difference;
        d_potential[to] -= d_difference;
    }
    inflow.iter().map(|x| x * x).sum()
}

pub fn kernel(name: &'static str) -> Kernel {
    const NODES: usize = 100;
    const EDGES: usize = 600;
    Kernel::with_workspace(
        name,
        || {
            let from: Vec<_> = (0..EDGES).map(|e| e * 37 % NODES).collect();
            let to: Vec<_> = (0..EDGES).map(|e| (e * e + 11 * e + 5) % NODES).collect();
            (numbers(NODES, 11), numbers(EDGES, 12), from, to)
        },
        [NODES, EDGES],
        |(potential, strength, from, to)| imbalance(potential, strength, from, to),
        |(potential, strength, from, to), [d_p, d_s]| {
            imbalance_grad_into(potential, strength, from, to, d_p, d_s)
        },
        |kept, (potential, strength, from, to), [d_p, d_s]| {
            imbalance_grad_with(kept, potential, strength, from, to, d_p, d_s)
        },
        |(potential, strength, from, to), [d_p, d_s]| {
            by_hand(potential, strength, from, to, d_p, d_s)
        },
    )
}
