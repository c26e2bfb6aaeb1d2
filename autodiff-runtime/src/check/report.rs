//! What a comparison found, in numbers and in words.

use core::fmt;

use alloc::{string::String, vec::Vec};

use super::differences::Differences;

/// One derivative given, beside the one that differences show.
///
/// ```
/// use autodiff_runtime::check;
/// let report = check::gradient(|x: &[f64; 2]| x[0] * x[1], |x| [x[1], x[0]], &[2.0, 3.0]);
/// let second = &report.components()[1];
/// assert_eq!((second.path.as_str(), second.given), ("[1]", 2.0));
/// assert!(second.error() < 1e-9);
/// ```
#[derive(Clone, Debug)]
pub struct Component {
    /// Where it is, as in Rust: `[3]`, `.1[0]`, and nothing for a scalar.
    pub path: String,
    /// The derivative given.
    pub given: f64,
    /// What differences show.
    pub differences: Differences,
    /// How large derivatives are in this place, if only from the sizes of the function and of its argument.
    pub(super) magnitude: f64,
}

/// How a derivative given compares with differences.
///
/// ```
/// use autodiff_runtime::check::{self, Verdict};
/// let jump = check::derivative(f64::floor, |_| 0.0, 2.0);
/// assert_eq!(jump.verdict(&jump.components()[0]), Verdict::Unsettled);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It agrees, within the tolerance and the uncertainty of the differences.
    Agrees,
    /// The point is a kink; the derivative given lies between those from below and from above.
    Kink,
    /// It does not agree.
    Off,
    /// The differences do not settle on any derivative: a jump, noise, or a function that is not finite.
    Unsettled,
}

impl Component {
    /// `|given - difference|`. (For an example, see the type.)
    pub fn error(&self) -> f64 {
        (self.given - self.differences.derivative()).abs()
    }

    fn verdict(&self, tolerance: f64) -> Verdict {
        let differences = &self.differences;
        let derivative = differences.derivative();
        let slack = 4.0 * differences.uncertainty;
        let allowed = |to: f64| tolerance * self.given.abs().max(to.abs()) + slack;
        if let Some((below, above)) = differences.kink {
            let (low, high) = (below.min(above), below.max(above));
            let between = self.given >= low - allowed(low) && self.given <= high + allowed(high);
            return if between { Verdict::Kink } else { Verdict::Off };
        }
        let size = derivative.abs().max(self.magnitude);
        // What is known to a few per cent only would let anything pass.
        let settled = slack <= tolerance.sqrt().min(0.1) * size;
        if !self.given.is_finite() {
            Verdict::Off
        } else if !settled {
            Verdict::Unsettled
        } else if self.error() <= allowed(derivative) {
            Verdict::Agrees
        } else {
            Verdict::Off
        }
    }
}

/// What a comparison of derivatives with differences found. Prints itself: the verdict, a table of the
/// components, and the error of the worst one by step size, which is shaped like a U.
///
/// ```
/// use autodiff_runtime::check;
///
/// let report = check::derivative(|x: f64| x.sin(), |x| x.cos(), 0.5);
/// assert!(report.is_ok());
/// assert!(report.worst().unwrap().error() < 1e-9);
/// println!("{report}");
/// ```
#[derive(Clone, Debug)]
pub struct Report {
    pub(super) what: &'static str,
    pub(super) components: Vec<Component>,
    /// `(given, there)`: how many components each has, if not the same.
    pub(super) shapes: Option<(usize, usize)>,
    pub(super) tolerance: f64,
}

impl Report {
    /// Sets how far a derivative may be off, relative to its size. The default is the square root of the
    /// machine epsilon: 1.5e-8 for `f64`, 3.5e-4 for `f32`. The uncertainty of the differences comes on top.
    ///
    /// ```
    /// use autodiff_runtime::check;
    /// let sloppy = check::derivative(|x: f64| x.sin(), |x| x.cos() * 1.001, 0.5);
    /// assert!(!sloppy.is_ok());
    /// assert!(sloppy.within(0.01).is_ok());
    /// ```
    #[must_use]
    pub fn within(mut self, tolerance: f64) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// The components that were compared.
    ///
    /// ```
    /// use autodiff_runtime::check;
    /// let report = check::derivative(|x: f64| x * x, |x| 2.0 * x, 3.0);
    /// assert_eq!(report.components()[0].given, 6.0);
    /// ```
    pub fn components(&self) -> &[Component] {
        &self.components
    }

    /// What is said of a component.
    ///
    /// ```
    /// use autodiff_runtime::check::{self, Verdict};
    /// let at_kink = check::derivative(f64::abs, f64::signum, 0.0);
    /// assert_eq!(at_kink.verdict(&at_kink.components()[0]), Verdict::Kink);
    /// ```
    pub fn verdict(&self, component: &Component) -> Verdict {
        component.verdict(self.tolerance)
    }

    /// Whether every component agrees. (At a kink, any derivative between those of its two sides does.)
    ///
    /// ```
    /// use autodiff_runtime::check;
    /// assert!(check::derivative(|x: f64| x * x, |x| 2.0 * x, 3.0).is_ok());
    /// assert!(!check::derivative(|x: f64| x * x, |x| 3.0 * x, 3.0).is_ok());
    /// ```
    pub fn is_ok(&self) -> bool {
        self.shapes.is_none() && self.components.iter().all(|component| self.good(component))
    }

    /// The component that is furthest off; if none is, the one with the largest relative error.
    ///
    /// ```
    /// use autodiff_runtime::check;
    /// let report = check::gradient(|x: &[f64; 2]| x[0] * x[1], |x| [x[1], -x[0]], &[2.0, 3.0]);
    /// assert_eq!(report.worst().unwrap().path, "[1]");
    /// ```
    pub fn worst(&self) -> Option<&Component> {
        let key = |component: &Component| {
            let size = component.given.abs().max(component.magnitude).max(f64::MIN_POSITIVE);
            let error = component.error() / size;
            (!self.good(component), if error.is_nan() { f64::INFINITY } else { error })
        };
        self.components.iter().max_by(|a, b| {
            let ((a_off, a), (b_off, b)) = (key(a), key(b));
            a_off.cmp(&b_off).then(a.total_cmp(&b))
        })
    }

    /// Panics unless [`is_ok`](Self::is_ok): the line for a test.
    ///
    /// ```
    /// use autodiff_runtime::check;
    /// check::derivative(f64::exp, f64::exp, 1.0).assert();
    /// ```
    ///
    /// # Panics
    /// With the whole report, if a component is off.
    #[track_caller]
    pub fn assert(&self) {
        assert!(self.is_ok(), "{self}");
    }

    fn good(&self, component: &Component) -> bool {
        matches!(self.verdict(component), Verdict::Agrees | Verdict::Kink)
    }
}

/// Rows of the table of components; those that are off come first.
const ROWS: usize = 20;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((given, there)) = self.shapes {
            return writeln!(f, "{}: {given} components given, where there are {there}", self.what);
        }
        let off = self.components.iter().filter(|component| !self.good(component)).count();
        let count = self.components.len();
        match off {
            0 => writeln!(f, "{}: all components agree ({count})", self.what)?,
            _ => writeln!(f, "{}: {off} of {count} components off", self.what)?,
        }
        let width = self.components.iter().map(|c| c.path.len()).max().unwrap_or(0).max(1);
        writeln!(
            f,
            "  {:width$}  {:>22}  {:>22}  {:>9}  {:>9}",
            "", "given", "difference", "error", "step"
        )?;
        let (bad, good): (Vec<_>, Vec<_>) = self.components.iter().partition(|c| !self.good(c));
        for component in bad.iter().chain(&good).take(ROWS) {
            write!(
                f,
                "  {:width$}  {:>22.15e}  {:>22.15e}  {:>9.1e}  {:>9.1e}",
                component.path,
                component.given,
                component.differences.derivative(),
                component.error(),
                component.differences.step(),
            )?;
            match self.verdict(component) {
                Verdict::Agrees => writeln!(f)?,
                Verdict::Kink => writeln!(f, "  kink")?,
                Verdict::Off => writeln!(f, "  OFF")?,
                Verdict::Unsettled => writeln!(f, "  UNSETTLED")?,
            }
            if let Some((below, above)) = component.differences.kink {
                writeln!(
                    f,
                    "  {:width$}  a kink: {below:.6e} from below, {above:.6e} from above",
                    ""
                )?;
            }
        }
        if count > ROWS {
            writeln!(f, "  and {} more", count - ROWS)?;
        }
        match self.worst() {
            Some(worst) => curve(worst, self.good(worst), f),
            None => Ok(()),
        }
    }
}

/// The error by step size: of the differences against the derivative given or, if that is off, against the best of
/// them. The bars are logarithmic; every other step is shown.
fn curve(component: &Component, good: bool, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Differences { samples, best, .. } = &component.differences;
    let Some(best) = *best else {
        return writeln!(f, "  the function is not finite near the point");
    };
    let (reference, name) = match good {
        true => (component.given, "given"),
        false => (samples[best].central, "the best"),
    };
    let path = if component.path.is_empty() { "the derivative" } else { &component.path };
    writeln!(f, "  {path}, by step size (first truncation errs, then rounding):")?;
    writeln!(f, "  {:>9}  {:>22}  error against {name}", "step", "difference")?;
    for (i, sample) in samples.iter().enumerate().filter(|(i, _)| i % 2 == best % 2) {
        let error = (reference - sample.central).abs();
        // Two marks a power of ten above 1e-16 of the derivative's size.
        let size = reference.abs().max(sample.central.abs()).max(f64::MIN_POSITIVE);
        let marks = 2.0 * ((error / size).log10() + 16.0);
        let marks = if marks.is_finite() { marks.clamp(0.0, 40.0) as usize } else { 0 };
        let here = if i == best { "  <- best" } else { "" };
        writeln!(
            f,
            "  {:>9.1e}  {:>22.15e}  {error:>9.1e}  {:#<marks$}{here}",
            sample.step, sample.central, ""
        )?;
    }
    Ok(())
}
