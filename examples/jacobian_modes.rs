//! Which way a Jacobian is made faster: by columns (`f_jacfwd`) or by rows (`f_jacrev`), for maps of many shapes, and which way
//! `f_jacobian` takes. Prints a table: `cargo run --release --example jacobian_modes`.

// Written as one writes formulas: with indices.
#![allow(clippy::needless_range_loop)]

use std::{array, hint::black_box, time::Instant};

use autodiff_runtime::grad;

/// A call whose result is made, though nobody reads it.
macro_rules! call {
    ($call:expr) => {
        &mut || {
            black_box($call);
        }
    };
}

/// A layer: every output depends on every input. And a chain: through a few numbers from all inputs to all outputs.
macro_rules! maps {
    ($($layer:ident $chain:ident $inputs:literal $outputs:literal)*) => {
        $(
            mod $layer {
                use super::*;
                #[grad(jacobian)]
                pub fn f(x: &[f64; $inputs]) -> [f64; $outputs] {
                    let mut y = [0.0; $outputs];
                    for i in 0..$outputs {
                        let mut sum = 0.0;
                        for j in 0..$inputs {
                            sum += ((i * 7 + j * 3) % 5) as f64 * 0.1 * x[j];
                        }
                        y[i] = sum.tanh();
                    }
                    y
                }
            }
            mod $chain {
                use super::*;
                #[grad(jacobian)]
                pub fn f(x: &[f64; $inputs]) -> [f64; $outputs] {
                    let mut s = [0.1; 4];
                    for j in 0..$inputs {
                        s[j % 4] = (s[(j + 1) % 4] * x[j] + s[j % 4]).sin();
                    }
                    let mut y = [0.0; $outputs];
                    for i in 0..$outputs {
                        s[i % 4] = (s[(i + 3) % 4] + s[i % 4] * 0.5).cos();
                        y[i] = s[i % 4];
                    }
                    y
                }
            }
        )*

        fn of_known_length() {
            $(
                let x: [f64; $inputs] = array::from_fn(|i| (i as f64).sin());
                line("layer", [$inputs, $outputs], [
                    call!($layer::f_jacfwd(black_box(&x))),
                    call!($layer::f_jacrev(black_box(&x))),
                    call!($layer::f_jacobian(black_box(&x))),
                ]);
                line("chain", [$inputs, $outputs], [
                    call!($chain::f_jacfwd(black_box(&x))),
                    call!($chain::f_jacrev(black_box(&x))),
                    call!($chain::f_jacobian(black_box(&x))),
                ]);
            )*
        }
    };
}
maps! {
    layer_2_2 chain_2_2 2 2
    layer_2_32 chain_2_32 2 32
    layer_4_8 chain_4_8 4 8
    layer_8_4 chain_8_4 8 4
    layer_8_8 chain_8_8 8 8
    layer_8_16 chain_8_16 8 16
    layer_16_8 chain_16_8 16 8
    layer_16_16 chain_16_16 16 16
    layer_32_2 chain_32_2 32 2
    layer_32_32 chain_32_32 32 32
    layer_32_64 chain_32_64 32 64
    layer_64_32 chain_64_32 64 32
}

#[grad(jacobian)]
fn layer(x: &[f64], outputs: usize) -> Vec<f64> {
    let mut y = vec![0.0; outputs];
    for i in 0..outputs {
        let mut sum = 0.0;
        for j in 0..x.len() {
            sum += ((i * 7 + j * 3) % 5) as f64 * 0.1 * x[j];
        }
        y[i] = sum.tanh();
    }
    y
}

#[grad(jacobian)]
fn chain(x: &[f64], outputs: usize) -> Vec<f64> {
    let mut s = [0.1; 4];
    for j in 0..x.len() {
        s[j % 4] = (s[(j + 1) % 4] * x[j] + s[j % 4]).sin();
    }
    let mut y = vec![0.0; outputs];
    for i in 0..outputs {
        s[i % 4] = (s[(i + 3) % 4] + s[i % 4] * 0.5).cos();
        y[i] = s[i % 4];
    }
    y
}

fn of_any_length() {
    for [n, m] in [[2, 2], [2, 32], [8, 4], [8, 8], [16, 8], [16, 16], [32, 8], [32, 32], [64, 32]]
    {
        let x: Vec<f64> = (0..n).map(|i| (i as f64).sin()).collect();
        line(
            "layer of slices",
            [n, m],
            [
                call!(layer_jacfwd(black_box(&x), m)),
                call!(layer_jacrev(black_box(&x), m)),
                call!(layer_jacobian(black_box(&x), m)),
            ],
        );
        line(
            "chain of slices",
            [n, m],
            [
                call!(chain_jacfwd(black_box(&x), m)),
                call!(chain_jacrev(black_box(&x), m)),
                call!(chain_jacobian(black_box(&x), m)),
            ],
        );
    }
}

/// Measures one after the other, again and again; the least time of each counts.
fn line(what: &str, [n, m]: [usize; 2], mut each: [&mut dyn FnMut(); 3]) {
    let (begin, mut calls) = (Instant::now(), 0);
    while begin.elapsed().as_micros() < 200 {
        each[0]();
        calls += 1;
    }
    let mut least = [f64::INFINITY; 3];
    for _ in 0..30 {
        for (least, one) in least.iter_mut().zip(&mut each) {
            let begin = Instant::now();
            (0..calls).for_each(|_| one());
            *least = least.min(begin.elapsed().as_secs_f64() / f64::from(calls));
        }
    }
    let [forward, reverse, chosen] = least.map(|seconds| 1e9 * seconds);
    println!(
        "| {what} | {n} | {m} | {forward:.0} | {reverse:.0} | {chosen:.0} | {:.2} |",
        chosen / forward.min(reverse)
    );
}

fn main() {
    println!(
        "| map | inputs | outputs | `f_jacfwd` (ns) | `f_jacrev` (ns) | `f_jacobian` (ns) | over the faster |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    of_known_length();
    of_any_length();
}
