//! What the macro writes, written by hand: the hidden interface between generated functions holds together, without
//! features too.
#![no_std]
#![allow(non_camel_case_types, clippy::needless_range_loop, clippy::only_used_in_recursion)]

use autodiff_runtime::{
    Companion, Direction, DirectionRef, Inactive, NoDerivative, Slot, Stack, Zero, active,
};

/// `by` times the sum of the squares of the first `n`.
fn squares(x: &[f64], by: f64, n: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..n {
        sum += x[i] * x[i];
    }
    by * sum
}

struct squares {}

struct squares_kept {
    sum: f64,
}

impl Companion for squares {
    type Kept = squares_kept;
    type Output = f64;
}

impl squares {
    fn forward(x: &[f64], by: f64, n: usize) -> (f64, squares_kept) {
        let mut sum = 0.0;
        for i in 0..n {
            sum += x[i] * x[i];
        }
        (by * sum, squares_kept { sum })
    }

    fn reverse(
        x: &[f64],
        by: f64,
        n: usize,
        kept: &squares_kept,
        seed: f64,
        mut d_x: impl Slot<[f64]>,
    ) -> (f64, NoDerivative) {
        let d_sum = by * seed;
        if let Some(d_x) = d_x.get() {
            for i in (0..n).rev() {
                d_x[i] += 2.0 * x[i] * d_sum;
            }
        }
        (seed * kept.sum, NoDerivative)
    }

    fn jvp<D0: DirectionRef<[f64]>, D1: Direction<f64>, D2: Direction<NoDerivative>>(
        x: &[f64],
        by: f64,
        n: usize,
        d_x: D0,
        d_by: D1,
        _: D2,
    ) -> (f64, f64) {
        let (mut sum, mut d_sum) = (0.0, 0.0);
        for i in 0..n {
            sum += x[i] * x[i];
            if let Some(d_x) = d_x.get() {
                d_sum += 2.0 * x[i] * d_x[i];
            }
        }
        (by * sum, by * d_sum + d_by.get().map_or(0.0, |d_by| d_by * sum))
    }
}

/// Calls it three times: with all active, with a part of an array, and with an argument that is not active.
fn total(x: &[f64; 3], constants: &[f64]) -> f64 {
    let mut total = squares(x, 2.0, 3);
    for i in 1..3 {
        total = squares(&x[i..], total, 3 - i);
    }
    total + squares(constants, x[0], 1)
}

fn total_value_and_grad(x: &[f64; 3], constants: &[f64]) -> (f64, [f64; 3]) {
    let (mut total, kept) = squares::forward(x, 2.0, 3);
    let mut tape: Stack<(f64, Option<squares_kept>), 2> = Stack::new();
    for i in 1..3 {
        let before = total;
        let (value, kept) = squares::forward(&x[i..], total, 3 - i);
        total = value;
        tape.push((before, Some(kept)));
    }
    let (last, last_kept) = squares::forward(constants, x[0], 1);
    let value = total + last;

    let mut d_x = [0.0; 3];
    let (d_by, _) = squares::reverse(constants, x[0], 1, &last_kept, 1.0, Inactive);
    d_x[0] += active(d_by);
    let mut d_total = 1.0;
    let records = tape.as_slice();
    for (i, (before, kept)) in (1..3).zip(records).rev() {
        let Some(kept) = kept else { unreachable!() };
        let (d_by, _) = squares::reverse(&x[i..], *before, 3 - i, kept, d_total, &mut d_x[i..]);
        d_total = active(d_by);
    }
    let _ = squares::reverse(x, 2.0, 3, &kept, d_total, &mut d_x);
    (value, d_x)
}

#[test]
fn calls_with_active_and_inactive_arguments() {
    let (x, constants) = ([0.5, -1.5, 2.0], [3.0, 4.0]);
    let (value, gradient) = total_value_and_grad(&x, &constants);
    assert_eq!(value.to_bits(), total(&x, &constants).to_bits());
    for (i, given) in gradient.into_iter().enumerate() {
        let (mut above, mut below) = (x, x);
        above[i] += 1e-5;
        below[i] -= 1e-5;
        let difference = (total(&above, &constants) - total(&below, &constants)) / 2e-5;
        assert!((given - difference).abs() < 1e-6 * difference.abs(), "{i}: {given}, {difference}");
    }
}

#[test]
fn directions_that_are_there_and_zero() {
    let (x, v) = ([1.0, 2.0], [0.5, 0.25]);
    assert_eq!(squares::jvp(&x, 3.0, 2, v, 1.0, Zero), (15.0, 3.0 * 2.0 + 5.0));
    assert_eq!(squares::jvp(&x, 3.0, 2, &v[..], Zero, Zero), (15.0, 6.0));
    assert_eq!(squares::jvp(&x, 3.0, 2, Zero, Some(2.0), Zero), (15.0, 10.0));
}

#[cfg(feature = "alloc")]
mod recursive {
    use autodiff_runtime::{Companion, NoDerivative, alloc::boxed::Box};

    struct power {}

    struct power_kept {
        rest: f64,
        inner: Option<Box<<power as Companion>::Kept>>,
    }

    impl Companion for power {
        type Kept = power_kept;
        type Output = f64;
    }

    impl power {
        fn forward(x: f64, n: u32) -> (f64, power_kept) {
            if n == 0 {
                return (1.0, power_kept { rest: 1.0, inner: None });
            }
            let (rest, kept) = power::forward(x, n - 1);
            (x * rest, power_kept { rest, inner: Some(Box::new(kept)) })
        }

        fn reverse(x: f64, n: u32, kept: &power_kept, seed: f64) -> (f64, NoDerivative) {
            let Some(inner) = &kept.inner else { return (0.0, NoDerivative) };
            let (d_x, _) = power::reverse(x, n - 1, inner, seed * x);
            (d_x + seed * kept.rest, NoDerivative)
        }
    }

    #[test]
    fn kept_in_boxes() {
        let (value, kept) = power::forward(2.0, 5);
        assert_eq!(value, 32.0);
        assert_eq!(power::reverse(2.0, 5, &kept, 1.0).0, 80.0);
    }
}
