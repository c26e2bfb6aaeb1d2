//! The value of a derivative where there is none, or more than one: the table in the
//! documentation, row by row, in both modes and both precisions.

use autodiff_runtime::grad;
use autodiff_tests::{Flat, flat};

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

/// `name(x = point, ..): expression => [derivative, ..];`
macro_rules! kinks {
    ($($name:ident($($p:ident = $at:expr),+): $body:expr => [$($expected:expr),+];)+) => {$(
        #[test]
        fn $name() {
            mod double {
                #[super::grad(jvp)]
                pub fn f($($p: f64),+) -> f64 {
                    $body
                }
            }

            mod single {
                #[super::grad(jvp)]
                pub fn f($($p: f32),+) -> f32 {
                    $body
                }
            }

            let expected = [$($expected),+];
            same("f64", &double::f_grad($($at),+), &expected);
            same("f32", &single::f_grad($($at as f32),+), &expected);

            // Along a coordinate, unless another one's infinity times zero is added.
            if expected.len() == 1 || expected.iter().all(|d: &f64| d.is_finite()) {
                let count = expected.len();
                for (i, &d) in expected.iter().enumerate() {
                    let mut unit = (0..count).map(|j| if i == j { 1.0 } else { 0.0 });
                    let direction = kinks!(@direction unit f64 $($p)+);
                    same("jvp", &double::f_jvp($($at,)+ direction).1, &[d]);
                    let mut unit = (0..count).map(|j| if i == j { 1.0 } else { 0.0 });
                    let direction = kinks!(@direction unit f32 $($p)+);
                    same("jvp, f32", &single::f_jvp($($at as f32,)+ direction).1, &[d]);
                }
            }
        }
    )+};
    // One direction is bare, several are a tuple.
    (@direction $unit:ident $float:ident $p:ident) => {
        $unit.next().unwrap() as $float
    };
    (@direction $unit:ident $float:ident $($p:ident)+) => {
        ($({ let $p = $unit.next().unwrap(); $p as $float }),+)
    };
}

fn same<T: Flat>(what: &str, found: &T, expected: &[f64]) {
    let found = flat(found);
    let same = found.len() == expected.len()
        && found.iter().zip(expected).all(|(a, b)| {
            // Rounding in f32, nothing else.
            a == b || a.is_nan() && b.is_nan() || (a - b).abs() < 1e-6 * b.abs()
        });
    assert!(same, "{what}: {found:?}, not {expected:?}");
}

kinks! {
    abs_of_zero(x = 0.0): x.abs() => [0.0];
    abs_of_negative_zero(x = -0.0): x.abs() => [0.0];

    max_of_equals(a = 1.5, b = 1.5): a.max(b) => [0.5, 0.5];
    min_of_equals(a = 1.5, b = 1.5): a.min(b) => [0.5, 0.5];
    max_of_zeros(a = 0.0, b = -0.0): a.max(b) => [0.5, 0.5];
    max_with_itself(x = 1.5): x.max(x) => [1.0];
    max_with_nan(a = 1.5, b = NAN): a.max(b) => [1.0, 0.0];
    min_of_nan(a = NAN, b = 1.5): a.min(b) => [0.0, 1.0];
    relu_at_zero(x = 0.0): x.max(0.0) => [0.5];

    clamp_at_the_low_end(x = -1.0, low = -1.0, high = 2.0): x.clamp(low, high) => [0.0, 1.0, 0.0];
    clamp_at_the_high_end(x = 2.0, low = -1.0, high = 2.0): x.clamp(low, high) => [0.0, 0.0, 1.0];
    clamp_to_a_point(x = 2.0, low = 2.0, high = 2.0): x.clamp(low, high) => [0.0, 1.0, 0.0];
    clamp_inside(x = 1.0, low = -1.0, high = 2.0): x.clamp(low, high) => [1.0, 0.0, 0.0];
    clamp_to_constants(x = 1.0): x.clamp(1.0, 2.0) => [0.0];

    floor_at_a_jump(x = 2.0): x.floor() => [0.0];
    ceil_at_a_jump(x = 2.0): x.ceil() => [0.0];
    round_at_a_jump(x = 2.5): x.round() => [0.0];
    round_ties_even_at_a_jump(x = 2.5): x.round_ties_even() => [0.0];
    trunc_at_a_jump(x = -2.0): x.trunc() => [0.0];
    fract_at_a_jump(x = 2.0): x.fract() => [1.0];
    signum_of_zero(x = 0.0): x.signum() => [0.0];
    copysign_of_zero(x = 0.0, sign = -1.5): x.copysign(sign) => [0.0, 0.0];
    copysign_to_zero(x = 1.5, sign = -0.0): x.copysign(sign) => [-1.0, 0.0];

    rem(a = 5.5, b = 2.0): a % b => [1.0, -2.0];
    rem_of_negative(a = -5.5, b = 2.0): a % b => [1.0, 2.0];
    rem_at_a_jump(a = 6.0, b = 2.0): a % b => [1.0, -3.0];
    rem_by_infinity(a = 5.5, b = INF): a % b => [1.0, 0.0];
    // 0.5 / 0.1 rounds up to 5, but what 0.1 stands for goes into 0.5 only four times.
    rem_where_division_rounds_up(a = 0.5, b = 0.1): a % b => [1.0, -4.0];
    rem_euclid_of_negative(a = -5.5, b = 2.0): a.rem_euclid(b) => [1.0, 3.0];
    rem_euclid_at_a_jump(a = 6.0, b = 2.0): a.rem_euclid(b) => [1.0, -3.0];
    div_euclid_at_a_jump(a = 6.0, b = 2.0): a.div_euclid(b) => [0.0, 0.0];

    powi_zero(x = 1.5): x.powi(0) => [0.0];
    powi_zero_of_zero(x = 0.0): x.powi(0) => [0.0];
    powi_one_of_zero(x = 0.0): x.powi(1) => [1.0];
    powi_two_of_zero(x = 0.0): x.powi(2) => [0.0];
    powi_least_exponent(x = 1.0): x.powi(i32::MIN) => [-2_147_483_648.0];
    powf_zero_of_zero(x = 0.0): x.powf(0.0) => [0.0];
    powf_one_of_zero(x = 0.0): x.powf(1.0) => [1.0];
    powf_two_of_zero(x = 0.0): x.powf(2.0) => [0.0];
    powf_half_of_zero(x = 0.0): x.powf(0.5) => [INF];
    powf_of_zero(x = 0.0, y = 2.0): x.powf(y) => [0.0, 0.0];
    powf_of_negative(x = -1.5): x.powf(2.0) => [-3.0];
    powf_of_negative_with_active_exponent(x = -1.5, y = 2.0): x.powf(y) => [-3.0, NAN];

    sqrt_of_zero(x = 0.0): x.sqrt() => [INF];
    cbrt_of_zero(x = 0.0): x.cbrt() => [INF];
    hypot_of_zeros(a = 0.0, b = 0.0): a.hypot(b) => [0.0, 0.0];
    hypot_beside_zero(a = 0.0, b = -1.5): a.hypot(b) => [0.0, -1.0];
    atan2_of_zeros(y = 0.0, x = 0.0): y.atan2(x) => [NAN, NAN];
    asin_of_one(x = 1.0): x.asin() => [INF];
    acos_of_one(x = 1.0): x.acos() => [-INF];
    acosh_of_one(x = 1.0): x.acosh() => [INF];
    atanh_of_one(x = 1.0): x.atanh() => [INF];
    ln_of_zero(x = 0.0): x.ln() => [INF];
    recip_of_zero(x = 0.0): x.recip() => [-INF];
    division_by_zero(x = 0.0): 1.0 / x => [-INF];

    comparison_is_constant(x = 0.0): if x > -1.0 && !x.is_nan() { 1.0 } else { 0.0 } => [0.0];
    branch_at_its_edge(x = 0.0): if x >= 0.0 { 2.0 * x } else { 3.0 * x } => [2.0];
    untaken_singularity(x = 0.0): if x > 0.0 { x.sqrt() } else { x } => [1.0];
    absent_factor(x = 0.0): { let _ = x.sqrt(); x * 2.0 } => [2.0];
}

#[grad(jvp)]
fn length(a: f64, b: f64) -> f64 {
    a.hypot(b)
}

#[grad]
fn logistic(x: f64) -> f64 {
    x.tanh()
}

/// No overflow, and no cancellation to NaN, in a derivative that is itself finite.
#[test]
fn extreme_arguments() {
    same("large", &length_grad(3e200, 4e200), &[0.6, 0.8]);
    same("small", &length_grad(3e-200, 4e-200), &[0.6, 0.8]);
    same("saturated", &logistic_grad(800.0), &[0.0]);
    same("saturated", &logistic_grad(-INF), &[0.0]);
}
