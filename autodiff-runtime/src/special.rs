//! Special functions with derivatives: those of `libm`, and what belongs to them.
//!
//! They can be called in a `#[grad]` function like any other; the values are bit for bit those of `libm`. In a program that
//! calls `libm` itself, a [`derivative`](macro@crate::derivative) of one line does the same.
//!
//! ```
//! use autodiff_runtime::{grad, special::{erf, ln_gamma}};
//!
//! /// The density of Student's t distribution, without its constant factors.
//! #[grad]
//! fn t_density(x: f64, freedom: f64) -> f64 {
//!     let normaliser = ln_gamma(0.5 * (freedom + 1.0)) - ln_gamma(0.5 * freedom) - 0.5 * freedom.ln();
//!     (normaliser - 0.5 * (freedom + 1.0) * (x * x / freedom).ln_1p()).exp()
//! }
//! let (by_x, by_freedom) = t_density_grad(1.0, 3.0);
//! assert!((by_x + 0.366_4).abs() < 1e-4 && (by_freedom - 0.018_1).abs() < 1e-4);
//! assert_eq!(autodiff_runtime::special::erf_grad(0.0), core::f64::consts::FRAC_2_SQRT_PI);
//! ```

use core::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI, PI};

use crate::derivative;

// What the slopes are made of, so that they do without `std` and have derivatives themselves.
#[derivative(crate = crate, of = libm::exp, x = result)]
fn exp(x: f64) -> f64;

#[derivative(crate = crate, of = libm::log, x = 1.0 / x)]
fn ln(x: f64) -> f64;

/// The error function.
///
/// ```
/// use autodiff_runtime::special::{erf, erf_grad};
/// assert!((erf(1.0) - 0.842_700_792_949_714_9).abs() < 1e-15);
/// assert!((erf_grad(1.0) - 0.415_107_497_420_594_7).abs() < 1e-15);
/// ```
#[derivative(crate = crate, of = libm::erf, x = FRAC_2_SQRT_PI * exp(-x * x))]
pub fn erf(x: f64) -> f64;

/// The complementary error function `1 - erf(x)`, without its cancellation.
///
/// ```
/// use autodiff_runtime::special::{erfc, erfc_grad};
/// assert!((erfc(3.0) / 2.209_049_699_858_544e-5 - 1.0).abs() < 1e-14);
/// assert!((erfc_grad(3.0) / -1.392_530_519_467_478e-4 - 1.0).abs() < 1e-14);
/// ```
#[derivative(crate = crate, of = libm::erfc, x = -FRAC_2_SQRT_PI * exp(-x * x))]
pub fn erfc(x: f64) -> f64;

/// The distribution function of the standard normal distribution.
///
/// ```
/// use autodiff_runtime::special::{normal_cdf, normal_cdf_grad};
/// assert!((normal_cdf(1.96) - 0.975_002_104_851_779_5).abs() < 1e-15);
/// assert!((normal_cdf_grad(0.0) - 0.398_942_280_401_432_7).abs() < 1e-15);
/// ```
#[derivative(crate = crate, x = 0.5 * FRAC_2_SQRT_PI * FRAC_1_SQRT_2 * exp(-0.5 * x * x))]
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * FRAC_1_SQRT_2)
}

/// The gamma function.
///
/// ```
/// use autodiff_runtime::special::{gamma, gamma_grad};
/// assert!((gamma(5.0) - 24.0).abs() < 1e-13);
/// // -0.5772.. (Euler's constant) at 1.
/// assert!((gamma_grad(1.0) + 0.577_215_664_901_532_9).abs() < 1e-14);
/// ```
#[derivative(crate = crate, of = libm::tgamma, x = result * digamma(x))]
pub fn gamma(x: f64) -> f64;

/// The logarithm of the absolute value of the gamma function.
///
/// ```
/// use autodiff_runtime::special::{ln_gamma, ln_gamma_grad};
/// assert!((ln_gamma(100.0) - 359.134_205_369_575_4).abs() < 1e-12);
/// assert!((ln_gamma_grad(100.0) - 4.600_161_852_738_087).abs() < 1e-14);
/// ```
#[derivative(crate = crate, of = libm::lgamma, x = digamma(x))]
pub fn ln_gamma(x: f64) -> f64;

/// The digamma function: the derivative of [`ln_gamma`]. NaN at the poles 0, -1, -2, ..
///
/// ```
/// use autodiff_runtime::special::{digamma, digamma_grad};
/// assert!((digamma(1.0) + 0.577_215_664_901_532_9).abs() < 1e-14);
/// assert!((digamma(-0.5) - 0.036_489_973_978_576_52).abs() < 1e-14);
/// assert!((digamma_grad(1.0) - core::f64::consts::PI.powi(2) / 6.0).abs() < 1e-14);
/// ```
#[derivative(crate = crate, x = trigamma(x))]
pub fn digamma(x: f64) -> f64 {
    if x <= 0.0 {
        return match is_pole(x) {
            true => f64::NAN,
            false => digamma(1.0 - x) - PI / libm::tan(PI * (x - libm::floor(x))),
        };
    }
    let (mut x, mut sum) = (x, 0.0);
    while x < 8.0 {
        sum -= 1.0 / x;
        x += 1.0;
    }
    // Bernoulli numbers over twice their index.
    let r = 1.0 / (x * x);
    let series = r
        * (1.0 / 12.0
            - r * (1.0 / 120.0
                - r * (1.0 / 252.0
                    - r * (1.0 / 240.0
                        - r * (1.0 / 132.0 - r * (691.0 / 32760.0 - r * (1.0 / 12.0)))))));
    sum + libm::log(x) - 0.5 / x - series
}

/// The trigamma function: the derivative of [`digamma`]. NaN at the poles.
///
/// ```
/// use autodiff_runtime::special::{trigamma, trigamma_grad};
/// assert!((trigamma(0.5) - core::f64::consts::PI.powi(2) / 2.0).abs() < 1e-13);
/// // -2 zeta(3) at 1.
/// assert!((trigamma_grad(1.0) + 2.404_113_806_319_188_5).abs() < 1e-13);
/// ```
#[derivative(crate = crate, x = tetragamma(x))]
pub fn trigamma(x: f64) -> f64 {
    if x <= 0.0 {
        if is_pole(x) {
            return f64::NAN;
        }
        let sin = libm::sin(PI * (x - libm::floor(x)));
        return PI * PI / (sin * sin) - trigamma(1.0 - x);
    }
    let (mut x, mut sum) = (x, 0.0);
    while x < 10.0 {
        sum += 1.0 / (x * x);
        x += 1.0;
    }
    let r = 1.0 / (x * x);
    let series = r
        * (1.0 / 6.0
            - r * (1.0 / 30.0
                - r * (1.0 / 42.0 - r * (1.0 / 30.0 - r * (5.0 / 66.0 - r * (691.0 / 2730.0))))));
    sum + (1.0 + 0.5 / x + series) / x
}

/// The derivative of [`trigamma`].
fn tetragamma(x: f64) -> f64 {
    if x <= 0.0 {
        let (sin, cos) = libm::sincos(PI * (x - libm::floor(x)));
        return tetragamma(1.0 - x) - 2.0 * PI * PI * PI * cos / (sin * sin * sin);
    }
    let (mut x, mut sum) = (x, 0.0);
    while x < 12.0 {
        sum -= 2.0 / (x * x * x);
        x += 1.0;
    }
    let r = 1.0 / (x * x);
    let series = r
        * (1.0 / 2.0
            - r * (1.0 / 6.0
                - r * (1.0 / 6.0 - r * (3.0 / 10.0 - r * (5.0 / 6.0 - r * (691.0 / 210.0))))));
    sum - r * (1.0 + 1.0 / x + series)
}

fn is_pole(x: f64) -> bool {
    libm::floor(x) == x
}

/// The beta function.
///
/// ```
/// use autodiff_runtime::special::{beta, beta_grad};
/// assert!((beta(2.0, 3.0) - 1.0 / 12.0).abs() < 1e-15);
/// let (by_a, by_b) = beta_grad(2.0, 3.0);
/// assert!((by_a + 13.0 / 144.0).abs() < 1e-14 && (by_b + 7.0 / 144.0).abs() < 1e-14);
/// ```
#[derivative(
    crate = crate,
    a = result * (digamma(a) - digamma(a + b)),
    b = result * (digamma(b) - digamma(a + b)),
)]
pub fn beta(a: f64, b: f64) -> f64 {
    let (ln_a, sign_a) = libm::lgamma_r(a);
    let (ln_b, sign_b) = libm::lgamma_r(b);
    let (ln_sum, sign_sum) = libm::lgamma_r(a + b);
    f64::from(sign_a * sign_b * sign_sum) * libm::exp(ln_a + ln_b - ln_sum)
}

/// The logarithm of the absolute value of the [`beta`] function.
///
/// ```
/// use autodiff_runtime::special::ln_beta;
/// assert!((ln_beta(2.0, 3.0) + 12.0_f64.ln()).abs() < 1e-14);
/// ```
#[derivative(
    crate = crate,
    a = digamma(a) - digamma(a + b),
    b = digamma(b) - digamma(a + b),
)]
pub fn ln_beta(a: f64, b: f64) -> f64 {
    libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b)
}

/// The Bessel function of the first kind of order 0.
///
/// ```
/// use autodiff_runtime::special::{j0, j0_grad};
/// assert!((j0(1.0) - 0.765_197_686_557_966_6).abs() < 1e-15);
/// assert!((j0_grad(1.0) + 0.440_050_585_744_933_5).abs() < 1e-15);
/// ```
#[derivative(crate = crate, of = libm::j0, x = -j1(x))]
pub fn j0(x: f64) -> f64;

/// The Bessel function of the first kind of order 1.
///
/// ```
/// use autodiff_runtime::special::{j1, j1_grad};
/// assert!((j1(1.0) - 0.440_050_585_744_933_5).abs() < 1e-15);
/// assert_eq!(j1_grad(0.0), 0.5);
/// ```
#[derivative(crate = crate, of = libm::j1, x = 0.5 * (j0(x) - jn(2, x)))]
pub fn j1(x: f64) -> f64;

/// The Bessel function of the first kind of an integer order.
///
/// ```
/// use autodiff_runtime::special::{jn, jn_grad};
/// assert!((jn(2, 1.0) - 0.114_903_484_931_900_5).abs() < 1e-15);
/// assert!((jn_grad(2, 1.0) - 0.210_243_615_881_132_6).abs() < 1e-15);
/// ```
#[derivative(crate = crate, of = libm::jn, x = 0.5 * (jn(n - 1, x) - jn(n + 1, x)))]
pub fn jn(n: i32, x: f64) -> f64;

/// The Bessel function of the second kind of order 0.
///
/// ```
/// use autodiff_runtime::special::{y0, y0_grad};
/// assert!((y0(1.0) - 0.088_256_964_215_676_96).abs() < 1e-15);
/// assert!((y0_grad(1.0) - 0.781_212_821_300_288_7).abs() < 1e-15);
/// ```
#[derivative(crate = crate, of = libm::y0, x = -y1(x))]
pub fn y0(x: f64) -> f64;

/// The Bessel function of the second kind of order 1.
///
/// ```
/// use autodiff_runtime::special::y1;
/// assert!((y1(1.0) + 0.781_212_821_300_288_7).abs() < 1e-15);
/// ```
#[derivative(crate = crate, of = libm::y1, x = 0.5 * (y0(x) - yn(2, x)))]
pub fn y1(x: f64) -> f64;

/// The Bessel function of the second kind of an integer order.
///
/// ```
/// use autodiff_runtime::special::yn;
/// assert!((yn(2, 1.0) + 1.650_682_606_816_254_4).abs() < 1e-15);
/// ```
#[derivative(crate = crate, of = libm::yn, x = 0.5 * (yn(n - 1, x) - yn(n + 1, x)))]
pub fn yn(n: i32, x: f64) -> f64;

/// `e^x - 1`, without its cancellation near 0.
///
/// ```
/// assert_eq!(autodiff_runtime::special::expm1_grad(0.0), 1.0);
/// ```
#[derivative(crate = crate, of = libm::expm1, x = exp(x))]
pub fn expm1(x: f64) -> f64;

/// `ln(1 + x)`, without its cancellation near 0.
///
/// ```
/// assert_eq!(autodiff_runtime::special::log1p_grad(1.0), 0.5);
/// ```
#[derivative(crate = crate, of = libm::log1p, x = 1.0 / (1.0 + x))]
pub fn log1p(x: f64) -> f64;

/// `ln(e^a + e^b)`, which does not overflow.
///
/// ```
/// use autodiff_runtime::special::{ln_add_exp, ln_add_exp_grad};
/// assert_eq!(ln_add_exp(1000.0, 1000.0), 1000.0 + 2.0_f64.ln());
/// assert_eq!(ln_add_exp_grad(1000.0, 1000.0), (0.5, 0.5));
/// ```
#[derivative(crate = crate, a = 1.0 / (1.0 + exp(b - a)), b = 1.0 / (1.0 + exp(a - b)))]
pub fn ln_add_exp(a: f64, b: f64) -> f64 {
    let (larger, smaller) = if a > b { (a, b) } else { (b, a) };
    match larger == f64::NEG_INFINITY {
        true => larger,
        false => larger + libm::log1p(libm::exp(smaller - larger)),
    }
}

/// `x ln y`, which is 0 where `x` is.
///
/// ```
/// use autodiff_runtime::special::{x_ln_y, x_ln_y_grad};
/// assert_eq!(x_ln_y(0.0, 0.0), 0.0);
/// assert_eq!(x_ln_y_grad(2.0, 1.0), (0.0, 2.0));
/// ```
#[derivative(crate = crate, x = ln(y), y = if x == 0.0 { 0.0 } else { x / y })]
pub fn x_ln_y(x: f64, y: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x * libm::log(y) }
}
