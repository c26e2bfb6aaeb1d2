// Lints that nobody's generated code should set off.
#![deny(warnings, nonstandard_style, future_incompatible, unused, rust_2018_idioms)]
#![deny(
    absolute_paths_not_starting_with_crate,
    ambiguous_negative_literals,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    let_underscore_drop,
    missing_copy_implementations,
    missing_debug_implementations,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unused_extern_crates,
    unused_import_braces,
    unused_lifetimes,
    unused_macro_rules,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]

use autodiff_runtime::grad;

#[grad(jvp)]
fn norm(x: &[f64]) -> f64 {
    let mut sum: f64 = 0.0;
    for i in (0..x.len()).rev() {
        sum += x[i] * x[i];
    }
    sum.sqrt()
}

#[grad(jvp)]
fn search(x: &[f64], limit: f64) -> f64 {
    let mut i = 0;
    let mut y = 1.0;
    'outer: loop {
        while i < x.len() {
            y = y * x[i] + 0.5;
            i += 1;
            if y > limit {
                break 'outer;
            }
            if y < 0.0 {
                return norm(&x[..i]);
            }
        }
        break;
    }
    y
}

#[grad(jvp)]
fn kind(x: f64, n: u8) -> f64 {
    match n {
        0 => x,
        1..=3 if x > 0.0 => x.sqrt(),
        _ => x.exp(),
    }
}

fn main() {
    assert_eq!(norm_grad(&[0.0, 2.0]), [0.0, 1.0]);
    assert_eq!(search_grad(&[1.0, 2.0], 9.0).0, [2.0, 1.5]);
    assert_eq!(kind_grad(2.0, 0), 1.0);
}
