// Types, traits, modules and macros of the user's that are named like those of `std`.
#![deny(warnings)]
#![allow(dead_code, non_camel_case_types, unused_macros)]

mod core {}
mod std {}
mod alloc {}
mod autodiff_runtime {}

use ::autodiff_runtime::grad;

struct Vec;
struct Box;
struct String;
enum Option {
    None,
}
enum Result {
    Ok,
}
trait Clone {}
trait Default {}
trait Iterator {}
trait Into {}
trait Drop {}

#[allow(non_snake_case)]
fn Some(_: f64) {}

macro_rules! vec {
    ($($t:tt)*) => {
        compile_error!("not this one")
    };
}
macro_rules! assert {
    ($($t:tt)*) => {
        compile_error!("not this one")
    };
}

#[grad(jvp)]
fn scan(x: &[f64], start: f64) -> f64 {
    let mut sum = start;
    for i in 0..x.len() {
        sum = sum.sin() * x[i] + 1.0;
    }
    sum * sum
}

fn main() {
    let (value, residuals) = scan_forward(&[2.0], 0.0);
    assert_eq!(value, 1.0);
    let (d_x, d_start) = scan_reverse(&residuals, 1.0);
    assert_eq!((d_x[0], d_start), (0.0, 4.0));
}
