//! The gradient panics when, and only when, the function does, and says the same.

// Functions are written as people write them who come from other languages.
#![allow(clippy::needless_range_loop)]

use autodiff_runtime::grad;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The message of the panic, if there is one.
fn panic_of<T>(call: impl FnOnce() -> T) -> Option<String> {
    let payload = catch_unwind(AssertUnwindSafe(call)).err()?;
    let message = payload.downcast_ref::<String>().cloned();
    Some(message.or_else(|| payload.downcast_ref::<&str>().map(|s| s.to_string())).unwrap())
}

/// Calls `f` and all that is generated beside it with the same arguments.
macro_rules! same_panic {
    ($f:ident($($argument:expr),*), $panics:expr) => {
        autodiff_tests::paste! {{
            let of_function = panic_of(|| $f($($argument),*));
            assert_eq!(of_function.is_some(), $panics, "{of_function:?}");
            assert_eq!(panic_of(|| [<$f _grad>]($($argument),*)), of_function, "grad");
            assert_eq!(
                panic_of(|| [<$f _value_and_grad>]($($argument),*)),
                of_function,
                "value_and_grad"
            );
            assert_eq!(panic_of(|| [<$f _vjp>]($($argument,)* 1.0)), of_function, "vjp");
            assert_eq!(panic_of(|| _ = [<$f _forward>]($($argument),*)), of_function, "forward");
        }}
    };
}

macro_rules! cases {
    ($($name:ident: $($call:ident($($argument:expr),*) $outcome:ident),+;)+) => {$(
        #[test]
        fn $name() {
            $(same_panic!($call($($argument),*), cases!(@ $outcome));)+
        }
    )+};
    (@ panics) => { true };
    (@ returns) => { false };
}

#[grad]
fn element(x: &[f64], i: usize) -> f64 {
    x[i] * 2.0
}

#[grad]
fn element_not_needed(x: &[f64], y: f64, i: usize) -> f64 {
    let _unused = x[i];
    y * y
}

#[grad]
fn previous(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..n {
        if i > 0 {
            sum += x[i] * x[i - 1];
        }
    }
    sum
}

#[grad]
fn last(x: &[f64], y: f64) -> f64 {
    if x.is_empty() {
        return y;
    }
    x[x.len() - 1] * y
}

#[grad]
fn row(m: &[f64], start: usize, end: usize) -> f64 {
    let part = &m[start..end];
    if part.is_empty() { 0.5 } else { part[0] * part[0] }
}

#[grad]
fn halves(x: &[f64], at: usize) -> f64 {
    let (low, high) = x.split_at(at);
    low.len() as f64 * x[0] + high.len() as f64
}

#[grad]
fn checked_root(x: f64) -> f64 {
    assert!(x >= 0.0, "{x} has no root");
    x.sqrt()
}

#[grad]
fn lengths(x: &[f64], y: &[f64]) -> f64 {
    assert_eq!(x.len(), y.len());
    x[0] * y[0]
}

#[grad]
fn per_item(x: f64, total: usize, parts: usize) -> f64 {
    x * (total / parts) as f64
}

#[grad]
fn every(x: f64, step: usize) -> f64 {
    let mut y = x;
    for _ in (0..10).step_by(step) {
        y *= x;
    }
    y
}

#[grad]
fn copied(x: &[f64], n: usize) -> f64 {
    let mut y = vec![1.0; n];
    y.copy_from_slice(x);
    y[0] * y[0]
}

#[grad]
fn bounded(x: f64, low: f64, high: f64) -> f64 {
    x.clamp(low, high)
}

#[grad]
fn chosen(x: f64, kind: u8) -> f64 {
    match kind {
        0 => x,
        1 => x * x,
        _ => unreachable!("kind {kind}"),
    }
}

#[grad]
fn later_in_a_loop(x: &[f64], limit: f64) -> f64 {
    let mut y = 1.0;
    for i in 0..x.len() {
        y *= x[i];
        assert!(y < limit, "step {i} is too large");
    }
    y
}

cases! {
    index_out_of_bounds: element(&[1.0, 2.0], 1) returns, element(&[1.0, 2.0], 2) panics;
    index_of_unused_element:
        element_not_needed(&[1.0], 2.0, 0) returns, element_not_needed(&[1.0], 2.0, 1) panics;
    index_guarded_by_a_branch: previous(&[1.0, 2.0], 2) returns, previous(&[], 0) returns,
        previous(&[1.0, 2.0], 3) panics;
    length_guarded_by_a_return: last(&[1.0, 2.0], 3.0) returns, last(&[], 3.0) returns;
    slice_range: row(&[1.0, 2.0], 1, 2) returns, row(&[1.0, 2.0], 2, 2) returns,
        row(&[1.0, 2.0], 1, 3) panics, row(&[1.0, 2.0], 2, 1) panics;
    splitting: halves(&[1.0, 2.0], 2) returns, halves(&[1.0, 2.0], 3) panics;
    assertion: checked_root(4.0) returns, checked_root(-4.0) panics;
    equal_lengths: lengths(&[1.0], &[2.0]) returns, lengths(&[1.0], &[]) panics;
    integer_division_by_zero: per_item(2.0, 6, 3) returns, per_item(2.0, 6, 0) panics;
    step_of_zero: every(0.5, 3) returns, every(0.5, 0) panics;
    copy_of_another_length: copied(&[1.0, 2.0], 2) returns, copied(&[1.0, 2.0], 3) panics;
    clamp_with_crossed_ends: bounded(0.5, 0.0, 1.0) returns, bounded(0.5, 1.0, 0.0) panics;
    unreachable_arm: chosen(0.5, 1) returns, chosen(0.5, 2) panics;
    in_the_middle_of_a_loop:
        later_in_a_loop(&[1.5, 1.5], 3.0) returns, later_in_a_loop(&[1.5, 2.5, 9.0], 3.0) panics;
}

/// A buffer of the wrong length is the caller's mistake, and is not passed over.
#[test]
fn buffers_of_the_wrong_length() {
    assert!(panic_of(|| element_grad_into(&[1.0, 2.0], 1, &mut [0.0; 3])).is_some());
    assert!(panic_of(|| element_grad_into(&[1.0, 2.0], 1, &mut [0.0; 1])).is_some());
}
