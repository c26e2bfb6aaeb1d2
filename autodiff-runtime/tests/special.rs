//! Every special function against differences, over its domain.
#![cfg(all(feature = "special", feature = "std"))]

use autodiff_runtime::{check, special::*};

fn range(from: f64, to: f64) -> impl Iterator<Item = f64> {
    (0..40).map(move |i| from + (to - from) * (f64::from(i) + 0.37) / 40.0)
}

/// Each name is that of a function whose gradient and jvp are generated.
macro_rules! check_all {
    ($($name:ident $grad:ident $jvp:ident over $($from:literal .. $to:literal),+;)+) => {
        $(
            mod $name {
                use super::*;

                #[test]
                fn against_differences() {
                $(for x in range($from, $to) {
                    check::derivative(autodiff_runtime::special::$name, $grad, x).assert();
                    assert_eq!($jvp(x, 2.0).1, 2.0 * $grad(x));
                })+
                }
            }
        )+
    };
}
check_all! {
    erf erf_grad erf_jvp over -4.0..4.0;
    erfc erfc_grad erfc_jvp over -4.0..10.0;
    normal_cdf normal_cdf_grad normal_cdf_jvp over -8.0..6.0;
    gamma gamma_grad gamma_jvp over -3.9..-3.1, -0.9..-0.1, 0.1..20.0;
    ln_gamma ln_gamma_grad ln_gamma_jvp over -2.9..-2.1, 0.01..1.0, 1.0..300.0;
    digamma digamma_grad digamma_jvp over -2.9..-2.1, -0.9..-0.1, 0.05..2.0, 2.0..100.0;
    trigamma trigamma_grad trigamma_jvp over -2.9..-2.1, -0.9..-0.1, 0.05..2.0, 2.0..100.0;
    j0 j0_grad j0_jvp over -5.0..30.0;
    j1 j1_grad j1_jvp over -5.0..30.0;
    y0 y0_grad y0_jvp over 0.1..30.0;
    y1 y1_grad y1_jvp over 0.1..30.0;
    expm1 expm1_grad expm1_jvp over -5.0..5.0;
    log1p log1p_grad log1p_jvp over -0.9..5.0;
}

#[test]
fn of_two_arguments() {
    for a in range(0.1, 20.0) {
        for b in range(0.2, 9.0).step_by(7) {
            check::gradient(|&(a, b)| beta(a, b), |&(a, b)| beta_grad(a, b), &(a, b)).assert();
            check::gradient(|&(a, b)| ln_beta(a, b), |&(a, b)| ln_beta_grad(a, b), &(a, b))
                .assert();
            let (f, g) = (|&(a, b): &_| ln_add_exp(a, b), |&(a, b): &_| ln_add_exp_grad(a, b));
            check::gradient(f, g, &(a, b)).assert();
            check::gradient(|&(a, b)| x_ln_y(a, b), |&(a, b)| x_ln_y_grad(a, b), &(a, b)).assert();
        }
    }
}

#[test]
fn of_integer_order() {
    for n in [-2, -1, 0, 1, 2, 5] {
        for x in range(0.3, 20.0) {
            check::derivative(|x| jn(n, x), |x| jn_grad(n, x), x).assert();
            check::derivative(|x| yn(n, x), |x| yn_grad(n, x), x).assert();
        }
    }
}

#[test]
fn known_values() {
    let near = |a: f64, b: f64| assert!((a - b).abs() <= 4e-15 * b.abs().max(1.0), "{a} and {b}");
    near(digamma(0.5), -1.963_510_026_021_423_5);
    near(digamma(10.0), 2.251_752_589_066_721);
    near(digamma(1e6), 13.815_510_057_964_19);
    near(trigamma(1.0), core::f64::consts::PI.powi(2) / 6.0);
    near(trigamma(10.0), 0.105_166_335_681_685_75);
    near(trigamma_grad(0.5), -16.828_796_644_234_32);
    near(gamma(0.5), core::f64::consts::PI.sqrt());
    assert!(digamma(-2.0).is_nan() && trigamma(0.0).is_nan());
}
