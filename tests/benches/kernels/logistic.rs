//! A recurrence of one scalar.

use autodiff_runtime::grad;

use crate::harness::Kernel;

#[grad]
pub fn logistic(start: f64, rate: f64, steps: usize) -> f64 {
    let mut x = start;
    for _ in 0..steps {
        x = rate * x * (1.0 - x);
    }
    x
}

/// Two directions forward need no memory.
pub fn by_hand(start: f64, rate: f64, steps: usize, d_start: &mut f64, d_rate: &mut f64) -> f64 {
    let (mut x, mut by_start, mut by_rate) = (start, 1.0, 0.0);
    for _ in 0..steps {
        let slope = rate * (1.0 - 2.0 * x);
        by_start *= slope;
        by_rate = by_rate * slope + x * (1.0 - x);
        x = rate * x * (1.0 - x);
    }
    (*d_start, *d_rate) = (by_start, by_rate);
    x
}

pub fn kernel(name: &'static str) -> Kernel {
    // A stable fixed point: the derivative by the start stays a number of ordinary size.
    const RATE: f64 = 2.95;
    const STEPS: usize = 1000;
    Kernel::new(
        name,
        || (0.25, RATE),
        [1; 2],
        |&(start, rate)| logistic(start, rate, STEPS),
        |&(start, rate), [d_start, d_rate]| {
            logistic_grad_into(start, rate, STEPS, &mut d_start[0], &mut d_rate[0])
        },
        |&(start, rate), [d_start, d_rate]| {
            by_hand(start, rate, STEPS, &mut d_start[0], &mut d_rate[0])
        },
    )
}
