//! Forward mode against reverse mode.

use core::fmt;

use alloc::vec::Vec;

/// What the dot-product test found: pairs of numbers that should be equal. Prints itself.
///
/// ```
/// use autodiff_runtime::check;
/// let report = check::dot_product(|x, v: f64| (x * x, 2.0 * x * v), |x, u: f64| (x * x, u * 2.0 * x), &3.0);
/// assert!(report.is_ok());
/// assert_eq!(report.pairs().len(), 4);
/// ```
#[derive(Clone, Debug)]
pub struct DotProduct {
    /// `(<u, J v>, <J' u, v>, size)`.
    pub(super) trials: Vec<(f64, f64, f64)>,
    pub(super) tolerance: f64,
}

impl DotProduct {
    /// Sets how far the two may be apart, relative to the lengths of the vectors that are multiplied. The
    /// default is the machine epsilon to the power of 2/3: 3.7e-11 for `f64`, 2.4e-5 for `f32`.
    ///
    /// ```
    /// use autodiff_runtime::check;
    /// let rounded = check::dot_product(|_, v: f64| ((), 0.333 * v), |_, u: f64| ((), u / 3.0), &1.0);
    /// assert!(!rounded.is_ok());
    /// assert!(rounded.within(0.01).is_ok());
    /// ```
    #[must_use]
    pub fn within(mut self, tolerance: f64) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Forward and reverse mode for the same derivative, for several random directions and seeds.
    ///
    /// ```
    /// use autodiff_runtime::check;
    /// let report = check::dot_product(|_, v: f64| ((), 2.0 * v), |_, u: f64| ((), u * 2.0), &1.0);
    /// assert!(report.pairs().all(|(forward, reverse)| forward == reverse));
    /// ```
    pub fn pairs(&self) -> impl ExactSizeIterator<Item = (f64, f64)> {
        self.trials.iter().map(|&(forward, reverse, _)| (forward, reverse))
    }

    /// Whether all pairs agree.
    ///
    /// ```
    /// use autodiff_runtime::check;
    /// assert!(!check::dot_product(|_, v: f64| ((), 3.0 * v), |_, u: f64| ((), 2.0 * u), &1.0).is_ok());
    /// ```
    pub fn is_ok(&self) -> bool {
        self.trials
            .iter()
            .all(|(forward, reverse, size)| (forward - reverse).abs() <= self.tolerance * size)
    }

    /// Panics unless [`is_ok`](Self::is_ok): the line for a test.
    ///
    /// ```
    /// use autodiff_runtime::check;
    /// check::dot_product(|_, v: f64| ((), 2.0 * v), |_, u: f64| ((), u * 2.0), &1.0).assert();
    /// ```
    ///
    /// # Panics
    /// With all pairs, if one differs.
    #[track_caller]
    pub fn assert(&self) {
        assert!(self.is_ok(), "{self}");
    }
}

impl fmt::Display for DotProduct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.is_ok() { "agree" } else { "disagree" };
        writeln!(f, "forward and reverse mode {verdict}")?;
        writeln!(
            f,
            "  {:>22}  {:>22}  {:>9}",
            "<seed, J direction>", "<J' seed, direction>", "error"
        )?;
        for (forward, reverse, _) in &self.trials {
            let error = (forward - reverse).abs();
            writeln!(f, "  {forward:>22.15e}  {reverse:>22.15e}  {error:>9.1e}")?;
        }
        Ok(())
    }
}
