//! Iterators over windows: the Rosenbrock function of many variables.

use autodiff_runtime::grad;

use crate::harness::{Kernel, numbers};

#[grad]
pub fn valley(x: &[f64]) -> f64 {
    x.windows(2).map(|w| 100.0 * (w[1] - w[0] * w[0]).powi(2) + (1.0 - w[0]).powi(2)).sum()
}

/// What an element takes from the window before waits in a local.
fn by_hand(x: &[f64], d: &mut [f64]) -> f64 {
    let (mut sum, mut before) = (0.0, 0.0);
    for (w, d) in x.windows(2).zip(&mut *d) {
        let (bend, rest) = (w[1] - w[0] * w[0], 1.0 - w[0]);
        sum += 100.0 * (bend * bend) + rest * rest;
        *d = before - 400.0 * bend * w[0] - 2.0 * rest;
        before = 200.0 * bend;
    }
    if let Some(last) = d.last_mut() {
        *last = before;
    }
    sum
}

pub fn kernel(name: &'static str) -> Kernel {
    const N: usize = 1000;
    Kernel::new(
        name,
        || numbers(N, 25),
        [N],
        |x| valley(x),
        |x, [d]| valley_grad_into(x, d),
        |x, [d]| by_hand(x, d),
    )
}
