//! Differences over a sweep of step sizes, and how far to trust them.

use alloc::vec::Vec;

/// The differences of one function of one variable at one step size.
///
/// ```
/// use autodiff_runtime::check;
/// let report = check::derivative(|x: f64| x * x, |x| 2.0 * x, 3.0);
/// let largest = report.components()[0].differences.samples[0];
/// assert_eq!((largest.step, largest.central), (3.0 / 8.0, 6.0));
/// assert!(largest.backward < 6.0 && 6.0 < largest.forward);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// The step `h`.
    pub step: f64,
    /// `(f(x + h) - f(x - h)) / 2h`.
    pub central: f64,
    /// `(f(x + h) - f(x)) / h`.
    pub forward: f64,
    /// `(f(x) - f(x - h)) / h`.
    pub backward: f64,
    /// What rounding of `f` may do to `central`.
    pub rounding: f64,
}

/// The derivative that a sweep of differences shows.
///
/// ```
/// use autodiff_runtime::check;
/// let report = check::derivative(f64::sin, f64::cos, 3.0);
/// let differences = &report.components()[0].differences;
/// assert!((differences.derivative() - f64::cos(3.0)).abs() <= 4.0 * differences.uncertainty);
/// assert!(differences.step() < 1e-3);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Differences {
    /// By falling step size; those where the function is not finite are left out.
    pub samples: Vec<Sample>,
    /// Index of the sample at the bottom of the U, where truncation has become small and rounding is not yet
    /// large; `None` if the function is not finite near the point.
    pub best: Option<usize>,
    /// How far the best sample may be from the derivative.
    pub uncertainty: f64,
    /// The derivatives from below and from above, where they differ: the point is a kink.
    pub kink: Option<(f64, f64)>,
}

/// The largest and the smallest step, as powers of two, for a machine epsilon.
pub(super) fn exponents(precision: f64) -> core::ops::RangeInclusive<i32> {
    // Rounding takes over at about the cube root of epsilon; the sweep shows as much on the right of it.
    let digits = -precision.log2();
    3..=(0.72 * digits) as i32
}

/// Sweeps the step of `of`, which returns for a factor `h` the true step and the values at `x - h` and `x + h`.
pub(super) fn sweep(
    precision: f64,
    scale: f64,
    here: f64,
    mut of: impl FnMut(f64) -> (f64, f64, f64),
) -> Differences {
    let mut samples = Vec::new();
    for exponent in exponents(precision) {
        let (step, below, above) = of(scale * f64::from(-exponent).exp2());
        if step > 0.0 && below.is_finite() && above.is_finite() {
            samples.push(Sample {
                step,
                central: (above - below) / (2.0 * step),
                forward: (above - here) / step,
                backward: (here - below) / step,
                rounding: precision * below.abs().max(above.abs()) / step,
            });
        }
    }
    Differences::of(samples)
}

impl Differences {
    fn of(samples: Vec<Sample>) -> Self {
        let mut best = None;
        let mut uncertainty = f64::INFINITY;
        // Neighbours on both sides must agree: one may agree by chance.
        for (i, window) in samples.windows(3).enumerate() {
            let [left, middle, right] = [window[0], window[1], window[2]];
            let spread =
                (left.central - middle.central).abs().max((right.central - middle.central).abs());
            if spread + middle.rounding < uncertainty {
                uncertainty = spread + middle.rounding;
                best = Some(i + 1);
            }
        }
        let kink = best.and_then(|best| kink(&samples, best, uncertainty));
        Self { samples, best, uncertainty, kink }
    }

    /// The derivative at the best step size; NaN if there is none. (For an example, see the type.)
    pub fn derivative(&self) -> f64 {
        self.best.map_or(f64::NAN, |best| self.samples[best].central)
    }

    /// The best step size; NaN if there is none. (For an example, see the type.)
    pub fn step(&self) -> f64 {
        self.best.map_or(f64::NAN, |best| self.samples[best].step)
    }
}

/// In a smooth function, the forward and the backward difference approach each other as the step falls.
fn kink(samples: &[Sample], best: usize, uncertainty: f64) -> Option<(f64, f64)> {
    const APART: usize = 4;
    let gap = |sample: &Sample| (sample.forward - sample.backward).abs();
    // Look at steps where rounding does not hide the gap.
    let late = &samples[best.max(APART).min(samples.len() - 1)];
    let early = &samples[best.max(APART).min(samples.len() - 1).checked_sub(APART)?];
    let visible =
        100.0 * (uncertainty + late.rounding) + 1e-3 * late.forward.abs().max(late.backward.abs());
    (gap(late) > visible && gap(late) > 0.5 * gap(early)).then_some((late.backward, late.forward))
}
