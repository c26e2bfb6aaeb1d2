//! Every operation and method of a float: in method form and path form, in `f64` against
//! differences and in `f32` against `f64`, over the operation's domain.

use autodiff_runtime::grad;
use autodiff_tests::{Checker, Random, assert_twins, check};

/// Points of a box whose coordinates are odd multiples of 1/128: the same numbers in `f32`,
/// and never on the jumps of `round` and its kin.
fn samples<const N: usize>(domain: [(f64, f64); N]) -> Vec<[f64; N]> {
    let mut random = Random::new(N as u64);
    (0..12)
        .map(|_| {
            domain
                .map(|(low, high)| (random.between(low, high) * 64.0).floor() / 64.0 + 1.0 / 128.0)
        })
        .collect()
}

/// One module a row: `name: x.method(arguments), x in low..high, ..;`
macro_rules! methods {
    ($($name:ident: $x:ident.$method:ident($($argument:expr),*),
       $($p:ident in $low:literal .. $high:literal),+;)+) => {$(
        rule!(
            $name, $($p in $low, $high),+;
            f64: $x.$method($($argument),*), f64::$method($x, $($argument),*);
            f32: $x.$method($($argument),*), f32::$method($x, $($argument),*);
        );
    )+};
}

/// One module a row: `name: expression, x in low..high, ..;` for what has no path form.
macro_rules! expressions {
    ($($name:ident: $body:expr, $($p:ident in $low:literal .. $high:literal),+;)+) => {$(
        rule!($name, $($p in $low, $high),+; f64: $body, $body; f32: $body, $body;);
    )+};
}

macro_rules! rule {
    (
        $name:ident, $($p:ident in $low:literal, $high:literal),+;
        f64: $method:expr, $path:expr;
        f32: $method_single:expr, $path_single:expr;
    ) => {
        mod $name {
            use super::*;

            #[grad(jvp)]
            pub fn method($($p: f64),+) -> f64 {
                $method
            }

            #[grad(jvp)]
            pub fn path($($p: f64),+) -> f64 {
                $path
            }

            pub mod single {
                use super::grad;

                #[grad(jvp)]
                pub fn method($($p: f32),+) -> f32 {
                    $method_single
                }

                #[grad(jvp)]
                pub fn path($($p: f32),+) -> f32 {
                    $path_single
                }
            }

            fn double(c: &mut Checker) {
                for [$($p),+] in samples([$(($low, $high)),+]) {
                    check!(c, method($($p),+) -> f64);
                    check!(c, path($($p),+) -> f64);
                }
            }

            fn in_single(c: &mut Checker) {
                use single::*;

                for [$($p),+] in samples([$(($low, $high)),+]) {
                    check!(c, method($($p as f32),+) -> f32);
                    check!(c, path($($p as f32),+) -> f32);
                }
            }

            #[test]
            fn agrees() {
                let (mut c, mut s) = (Checker::new(), Checker::single());
                double(&mut c);
                in_single(&mut s);
                assert_twins(s.records(), c.records(), 2e-5);
            }
        }
    };
}

methods! {
    sqrt: x.sqrt(), x in 0.125..4.0;
    cbrt: x.cbrt(), x in 0.25..4.0;
    cbrt_negative: x.cbrt(), x in -4.0..-0.25;
    recip: x.recip(), x in 0.25..4.0;
    recip_negative: x.recip(), x in -4.0..-0.25;

    powi: x.powi(3), x in -2.0..2.0;
    powi_negative: x.powi(-2), x in 0.25..2.0;
    powi_one: x.powi(1), x in -2.0..2.0;
    powi_zero: x.powi(0), x in -2.0..2.0;
    powf: x.powf(y), x in 0.25..3.0, y in -2.0..2.0;
    powf_constant: x.powf(2.5), x in 0.25..3.0;
    powf_of_negative: x.powf(3.0), x in -3.0..-0.25;

    exp: x.exp(), x in -2.0..2.0;
    exp2: x.exp2(), x in -2.0..2.0;
    exp_m1: x.exp_m1(), x in -1.0..2.0;
    ln: x.ln(), x in 0.125..4.0;
    ln_1p: x.ln_1p(), x in -0.5..3.0;
    log: x.log(base), x in 0.25..4.0, base in 1.5..4.0;
    log2: x.log2(), x in 0.125..4.0;
    log10: x.log10(), x in 0.125..4.0;

    sin: x.sin(), x in -4.0..4.0;
    cos: x.cos(), x in -4.0..4.0;
    tan: x.tan(), x in -1.25..1.25;
    asin: x.asin(), x in -0.875..0.875;
    acos: x.acos(), x in -0.875..0.875;
    atan: x.atan(), x in -4.0..4.0;
    atan2: y.atan2(x), y in -2.0..2.0, x in 0.25..2.0;
    atan2_to_the_left: y.atan2(x), y in 0.25..2.0, x in -2.0..-0.25;
    sinh: x.sinh(), x in -2.0..2.0;
    cosh: x.cosh(), x in -2.0..2.0;
    tanh: x.tanh(), x in -2.0..2.0;
    asinh: x.asinh(), x in -3.0..3.0;
    acosh: x.acosh(), x in 1.25..4.0;
    atanh: x.atanh(), x in -0.875..0.875;

    hypot: a.hypot(b), a in -3.0..3.0, b in 0.25..3.0;
    mul_add: a.mul_add(b, c), a in -2.0..2.0, b in -2.0..2.0, c in -2.0..2.0;
    midpoint: a.midpoint(b), a in -2.0..2.0, b in -2.0..2.0;

    abs: x.abs(), x in -3.0..3.0;
    signum: x.signum(), x in -3.0..3.0;
    copysign: x.copysign(s), x in -3.0..3.0, s in -3.0..3.0;
    max: a.max(b), a in -2.0..2.0, b in -2.0..2.0;
    max_constant: a.max(0.25), a in -2.0..2.0;
    min: a.min(b), a in -2.0..2.0, b in -2.0..2.0;
    clamp: x.clamp(low, high), x in -3.0..3.0, low in -1.5..-0.5, high in 0.5..1.5;
    clamp_constant: x.clamp(-0.5, 0.75), x in -2.0..2.0;

    floor: x.floor(), x in -4.0..4.0;
    ceil: x.ceil(), x in -4.0..4.0;
    round: x.round(), x in -4.0..4.0;
    round_ties_even: x.round_ties_even(), x in -4.0..4.0;
    trunc: x.trunc(), x in -4.0..4.0;
    fract: x.fract(), x in -4.0..4.0;
    rem_euclid: a.rem_euclid(b), a in -6.0..6.0, b in 1.25..2.0;
    rem_euclid_negative: a.rem_euclid(b), a in -6.0..6.0, b in -2.0..-1.25;
    div_euclid: a.div_euclid(b), a in -6.0..6.0, b in 1.25..2.0;

    to_degrees: x.to_degrees(), x in -3.0..3.0;
    to_radians: x.to_radians(), x in -3.0..3.0;
}

expressions! {
    add: a + b, a in -2.0..2.0, b in -2.0..2.0;
    sub: a - b, a in -2.0..2.0, b in -2.0..2.0;
    mul: a * b, a in -2.0..2.0, b in -2.0..2.0;
    div: a / b, a in -2.0..2.0, b in 0.5..2.0;
    rem: a % b, a in -6.0..6.0, b in 1.25..2.0;
    rem_negative: a % b, a in -6.0..6.0, b in -2.0..-1.25;
    neg: -a, a in -2.0..2.0;

    add_assign: { let mut c = a; c += b; c }, a in -2.0..2.0, b in -2.0..2.0;
    sub_assign: { let mut c = a; c -= b; c }, a in -2.0..2.0, b in -2.0..2.0;
    mul_assign: { let mut c = a; c *= b; c }, a in -2.0..2.0, b in -2.0..2.0;
    div_assign: { let mut c = a; c /= b; c }, a in -2.0..2.0, b in 0.5..2.0;
    rem_assign: { let mut c = a; c %= b; c }, a in -6.0..6.0, b in 1.25..2.0;

    sin_of_both: x.sin_cos().0, x in -4.0..4.0;
    cos_of_both: x.sin_cos().1, x in -4.0..4.0;
    both: { let (s, c) = x.sin_cos(); s * c + s }, x in -4.0..4.0;
}
