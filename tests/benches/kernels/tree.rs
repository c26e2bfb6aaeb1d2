//! Recursion over halves of a slice.

use autodiff_runtime::grad;

use crate::harness::{Kernel, numbers};

#[grad(workspace)]
pub fn tree(x: &[f64]) -> f64 {
    if x.len() == 1 {
        return x[0].sin();
    }
    let (left, right) = x.split_at(x.len() / 2);
    let (a, b) = (tree(left), tree(right));
    a * b + 0.5 * (a + b)
}

fn forward(x: &[f64], kept: &mut Vec<(f64, f64)>) -> f64 {
    if let [x] = x {
        return x.sin();
    }
    let (left, right) = x.split_at(x.len() / 2);
    let (a, b) = (forward(left, kept), forward(right, kept));
    kept.push((a, b));
    a * b + 0.5 * (a + b)
}

fn reverse(x: &[f64], d: &mut [f64], kept: &mut Vec<(f64, f64)>, seed: f64) {
    if let ([x], [d]) = (x, &mut *d) {
        *d = seed * x.cos();
        return;
    }
    let (left, right) = x.split_at(x.len() / 2);
    let (d_left, d_right) = d.split_at_mut(x.len() / 2);
    let (a, b) = kept.pop().expect("kept by the forward sweep");
    reverse(right, d_right, kept, seed * (a + 0.5));
    reverse(left, d_left, kept, seed * (b + 0.5));
}

/// One stack for both sweeps.
fn by_hand(x: &[f64], d: &mut [f64]) -> f64 {
    let mut kept = Vec::with_capacity(x.len());
    let value = forward(x, &mut kept);
    reverse(x, d, &mut kept, 1.0);
    value
}

pub fn kernel(name: &'static str) -> Kernel {
    const N: usize = 128;
    Kernel::with_workspace(
        name,
        || numbers(N, 12),
        [N],
        |x| tree(x),
        |x, [d]| tree_grad_into(x, d),
        |kept, x, [d]| tree_grad_with(kept, x, d),
        |x, [d]| by_hand(x, d),
    )
}
