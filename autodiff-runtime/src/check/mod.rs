//! Gradients compared with differences, and modes compared with each other: one line in a test.
//!
//! ```
//! use autodiff_runtime::check;
//!
//! fn f(x: &[f64]) -> f64 {
//!     x.iter().map(|x| x.sin() * x).sum()
//! }
//! // What `#[grad]` on `f` would write.
//! fn f_grad(x: &[f64]) -> Vec<f64> {
//!     x.iter().map(|x| x.cos() * x + x.sin()).collect()
//! }
//! let x = [0.5, -1.0, 2.0];
//! check::gradient(f, f_grad, &x[..]).assert();
//! ```
//!
//! A difference `(f(x + h) - f(x - h)) / 2h` is off by the truncated part of the Taylor series, which falls as h²,
//! and by the rounding of `f`, which grows as 1/h. Its error, drawn over h, is shaped like a U, and the best h
//! differs from one function to the next by orders of magnitude. So the checker sweeps h, takes the step where
//! neighbours agree best, and takes their disagreement as its own uncertainty. A derivative is accepted if it is
//! within that uncertainty and a tolerance; a failing check prints each component that is off, and the U.
//!
//! - [`gradient`]: any shape of argument, one component after the other (`2 * 35` calls of the function for each);
//!   [`gradient_sample`] compares some random ones.
//! - [`derivative`]: a function of one float.
//! - [`tangent`]: what forward mode gives for a function with outputs of any shape, along random directions.
//! - [`dot_product`]: forward mode against reverse mode, exactly, with no differences: `<u, J v> = <J' u, v>`.
//!
//! Several arguments go in a tuple:
//!
//! ```
//! # use autodiff_runtime::check;
//! fn scaled_sum(x: &[f64], by: f64) -> f64 {
//!     by * x.iter().sum::<f64>()
//! }
//! fn scaled_sum_grad(x: &[f64], by: f64) -> (Vec<f64>, f64) {
//!     (vec![by; x.len()], x.iter().sum())
//! }
//! let at = (vec![1.0, 2.0, 3.0], 0.5);
//! check::gradient(|(x, by)| scaled_sum(x, *by), |(x, by)| scaled_sum_grad(x, *by), &at).assert();
//! ```
//!
//! Points outside of the domain need care: the function is called up to an eighth of a coordinate's size away
//! (1/128 for coordinates near zero). Where it is not finite, that step is left out; where it panics, so does the check.

mod differences;
mod dot_product;
mod random;
mod report;

use core::borrow::BorrowMut;

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use crate::{Float, Point, VectorSpace};
use random::Random;

pub use differences::{Differences, Sample};
pub use dot_product::DotProduct;
pub use report::{Component, Report, Verdict};

/// Random directions and seeds that [`tangent`] and [`dot_product`] try.
const TRIALS: u64 = 4;

/// Compares the derivative of a function of one float with differences.
///
/// ```
/// use autodiff_runtime::check;
/// check::derivative(|x: f64| (x * x).sin(), |x| 2.0 * x * (x * x).cos(), 1.5).assert();
/// check::derivative(f32::exp, f32::exp, 1.5).assert();
/// ```
pub fn derivative<T: Float>(
    function: impl Fn(T) -> T,
    derivative: impl Fn(T) -> T,
    at: T,
) -> Report {
    let mut report = gradient(|&x: &T| function(x), |&x: &T| derivative(x), &at);
    report.what = "derivative";
    report
}

/// Compares a gradient with differences, component by component.
///
/// `at` is a reference to a float, an array, a slice, a vector, a tuple of such, or any other [`Point`]; `function`
/// and `gradient` are called with references to points near it. The gradient may have any shape with as many
/// components as the point (a vector for an array, say).
///
/// ```
/// use autodiff_runtime::check;
/// check::gradient(|x: &[f64; 2]| x[0] / x[1], |x| [1.0 / x[1], -x[0] / (x[1] * x[1])], &[1.0, 2.0]).assert();
/// ```
///
/// A gradient that is wrong:
///
/// ```should_panic
/// use autodiff_runtime::check;
/// check::gradient(|x: &[f64; 2]| x[0] / x[1], |x| [1.0 / x[1], -x[0]], &[1.0, 2.0]).assert();
/// ```
///
/// ```text
/// gradient: 1 of 2 components off
///                         given              difference      error       step
///   [1]    -1.000000000000000e0   -2.500000000000000e-1     7.5e-1     3.8e-6  OFF
///   [0]    5.000000000000000e-1    5.000000000000000e-1      0.0e0     6.2e-2
///   [1], by step size (first truncation errs, then rounding):
///        step              difference  error against the best
///      2.5e-1   -2.539682539682540e-1     4.0e-3  ############################
///      6.2e-2   -2.502443792766371e-1     2.4e-4  #########################
///      1.6e-2   -2.500152597204419e-1     1.5e-5  #######################
/// ```
pub fn gradient<X, Y, G>(function: impl Fn(&X) -> Y, gradient: impl Fn(&X) -> G, at: &X) -> Report
where
    X: Point + ToOwned<Owned: BorrowMut<X>> + ?Sized,
    Y: Float,
    G: VectorSpace,
{
    compare_gradient(function, gradient, at, None)
}

/// Compares `count` random components of a gradient with differences, or all if there are fewer: for functions of
/// many variables.
///
/// ```
/// use autodiff_runtime::check;
/// let x = vec![0.01; 1000];
/// let report = check::gradient_sample(|x: &Vec<f64>| x.iter().map(|x| x * x).sum::<f64>(), |x| x.iter().map(|x| 2.0 * x).collect::<Vec<_>>(), &x, 5);
/// assert_eq!(report.components().len(), 5);
/// report.assert();
/// ```
pub fn gradient_sample<X, Y, G>(
    function: impl Fn(&X) -> Y,
    gradient: impl Fn(&X) -> G,
    at: &X,
    count: usize,
) -> Report
where
    X: Point + ToOwned<Owned: BorrowMut<X>> + ?Sized,
    Y: Float,
    G: VectorSpace,
{
    compare_gradient(function, gradient, at, Some(count))
}

fn compare_gradient<X, Y, G>(
    function: impl Fn(&X) -> Y,
    gradient: impl Fn(&X) -> G,
    at: &X,
    count: Option<usize>,
) -> Report
where
    X: Point + ToOwned<Owned: BorrowMut<X>> + ?Sized,
    Y: Float,
    G: VectorSpace,
{
    let precision = X::Tangent::PRECISION.max(Y::PRECISION);
    let coordinates = coordinates(at);
    let given_as = gradient(at);
    let given = components(&given_as);
    let mut report = Report {
        what: "gradient",
        components: Vec::new(),
        shapes: None,
        tolerance: precision.sqrt(),
    };
    if given.len() != coordinates.len() {
        report.shapes = Some((given.len(), coordinates.len()));
        return report;
    }
    let here = function(at).to_f64();
    for index in chosen(coordinates.len(), count) {
        let scale = scale_of(coordinates[index]);
        let mut unit = at.zero_tangent();
        let mut i = 0;
        unit.map_each(&mut |_| {
            i += 1;
            f64::from(i == index + 1)
        });
        let at_step = |by: f64| {
            let mut x = at.to_owned();
            let x = x.borrow_mut();
            x.step(by, &unit);
            let mut i = 0;
            let mut moved = 0.0;
            x.coordinates(&mut |x| {
                if i == index {
                    moved = x;
                }
                i += 1;
            });
            (moved, function(x).to_f64())
        };
        let differences = differences::sweep(precision, scale, here, |by| {
            let ((low, below), (high, above)) = (at_step(-by), at_step(by));
            // The step that was taken, after rounding.
            ((high - low) / 2.0, below, above)
        });
        report.components.push(Component {
            path: path(&given_as, index),
            given: given[index],
            magnitude: magnitude(&given, &differences, precision),
            differences,
        });
    }
    report
}

/// Compares forward mode with differences along random directions: `jvp(x, direction)` returns the value and the
/// tangent, both of which may have any shape.
///
/// ```
/// use autodiff_runtime::check;
///
/// fn polar(x: &[f64; 2]) -> (f64, f64) {
///     (x[0] * x[1].cos(), x[0] * x[1].sin())
/// }
/// fn polar_jvp(x: &[f64; 2], v: [f64; 2]) -> ((f64, f64), (f64, f64)) {
///     let (sin, cos) = x[1].sin_cos();
///     (polar(x), (v[0] * cos - x[0] * sin * v[1], v[0] * sin + x[0] * cos * v[1]))
/// }
/// check::tangent(polar, polar_jvp, &[2.0, 0.5]).assert();
/// ```
pub fn tangent<X, Y, V, T>(
    function: impl Fn(&X) -> Y,
    jvp: impl Fn(&X, X::Tangent) -> (V, T),
    at: &X,
) -> Report
where
    X: Point<Tangent: Clone> + ToOwned<Owned: BorrowMut<X>> + ?Sized,
    Y: VectorSpace,
    T: VectorSpace,
{
    let precision = X::Tangent::PRECISION.max(Y::PRECISION);
    let scale = scale_of(coordinates(at).iter().fold(0.0, |size: f64, x| size.max(x.abs())));
    let here = components(&function(at));
    let mut report = Report {
        what: "tangent",
        components: Vec::new(),
        shapes: None,
        tolerance: precision.sqrt(),
    };
    for trial in 0..TRIALS {
        let mut direction = at.zero_tangent();
        Random::new(trial).fill(&mut direction);
        let tangent = jvp(at, direction.clone()).1;
        let given = components(&tangent);
        if given.len() != here.len() {
            report.shapes = Some((given.len(), here.len()));
            return report;
        }
        let at_step = |by: f64| {
            let mut x = at.to_owned();
            let x = x.borrow_mut();
            x.step(by, &direction);
            components(&function(x))
        };
        // All outputs of one evaluation serve: the steps are the same for each.
        let values: Vec<_> = differences::exponents(precision)
            .map(|exponent| scale * f64::from(-exponent).exp2())
            .map(|by| (by, at_step(-by), at_step(by)))
            .collect();
        for (index, &here) in here.iter().enumerate() {
            let mut values = values.iter();
            let differences = differences::sweep(precision, scale, here, |_| match values.next() {
                Some((by, below, above)) => (
                    *by,
                    below.get(index).copied().unwrap_or(f64::NAN),
                    above.get(index).copied().unwrap_or(f64::NAN),
                ),
                None => (0.0, f64::NAN, f64::NAN),
            });
            report.components.push(Component {
                path: path(&tangent, index),
                given: given[index],
                magnitude: magnitude(&given, &differences, precision),
                differences,
            });
        }
    }
    report
}

/// Compares forward with reverse mode: for random directions `v` and seeds `u`, `<u, J v> = <J' u, v>` up to
/// rounding. `jvp(x, v)` returns the value and the tangent, `vjp(x, u)` the value and the gradient; seeds are
/// shaped like the tangent.
///
/// ```
/// use autodiff_runtime::check;
///
/// fn square(x: &[f64]) -> Vec<f64> {
///     x.iter().map(|x| x * x).collect()
/// }
/// fn square_jvp(x: &[f64], v: Vec<f64>) -> (Vec<f64>, Vec<f64>) {
///     (square(x), x.iter().zip(v).map(|(x, v)| 2.0 * x * v).collect())
/// }
/// fn square_vjp(x: &[f64], seed: Vec<f64>) -> (Vec<f64>, Vec<f64>) {
///     (square(x), x.iter().zip(seed).map(|(x, u)| u * 2.0 * x).collect())
/// }
/// check::dot_product(square_jvp, square_vjp, &[1.0, 2.0, 3.0][..]).assert();
/// ```
///
/// # Panics
/// If a gradient or a tangent has not the shape that it should have.
#[track_caller]
pub fn dot_product<X, V, W, T, G>(
    jvp: impl Fn(&X, X::Tangent) -> (V, T),
    vjp: impl Fn(&X, T) -> (W, G),
    at: &X,
) -> DotProduct
where
    X: Point<Tangent: Clone> + ?Sized,
    T: VectorSpace + Clone,
    G: VectorSpace,
{
    let precision = X::Tangent::PRECISION.max(T::PRECISION);
    let mut trials = Vec::new();
    for trial in 0..TRIALS {
        let mut random = Random::new(trial);
        let mut direction = at.zero_tangent();
        random.fill(&mut direction);
        let tangent = jvp(at, direction.clone()).1;
        let mut seed = tangent.clone();
        random.fill(&mut seed);
        let gradient = components(&vjp(at, seed.clone()).1);
        let direction = components(&direction);
        assert_eq!(gradient.len(), direction.len(), "numbers of components of gradient and point");
        let reverse = dot(&gradient, &direction);
        let forward = seed.dot(&tangent);
        let (seed, tangent) = (components(&seed), components(&tangent));
        let size = norm(&seed) * norm(&tangent) + norm(&gradient) * norm(&direction);
        trials.push((forward, reverse, size));
    }
    DotProduct { trials, tolerance: precision.powf(2.0 / 3.0) }
}

fn components<V: VectorSpace + ?Sized>(of: &V) -> Vec<f64> {
    let mut all = Vec::with_capacity(of.dimension());
    of.for_each(&mut |x| all.push(x));
    all
}

fn coordinates<X: Point + ?Sized>(of: &X) -> Vec<f64> {
    let mut all = Vec::new();
    of.coordinates(&mut |x| all.push(x));
    all
}

fn path<V: VectorSpace + ?Sized>(of: &V, index: usize) -> String {
    let mut path = String::new();
    // A string takes everything.
    let _ = of.write_path(index, &mut path);
    path
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(of: &[f64]) -> f64 {
    dot(of, of).sqrt()
}

/// Steps are relative to it.
fn scale_of(coordinate: f64) -> f64 {
    coordinate.abs().max(1.0 / 16.0)
}

/// A derivative that is small beside it may be known to few digits: others of the same gradient, or what the
/// size of the function and of a step lead one to expect.
fn magnitude(given: &[f64], differences: &Differences, precision: f64) -> f64 {
    let largest = given.iter().fold(0.0, |size: f64, g| size.max(g.abs()));
    let slope = differences.samples.first().map_or(0.0, |sample| sample.rounding / precision);
    largest.max(slope * precision.cbrt())
}

/// All indices, or `count` different ones at random.
fn chosen(len: usize, count: Option<usize>) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..len).collect();
    if let Some(count) = count.filter(|&count| count < len) {
        let mut random = Random::new(len as u64);
        for i in 0..count {
            let other = i + (random.next() % (len - i) as u64) as usize;
            indices.swap(i, other);
        }
        indices.truncate(count);
        indices.sort_unstable();
    }
    indices
}

#[cfg(test)]
mod tests;
