// Explicit lifetimes and one left out, a where-clause, `self::` types, and every visibility.

mod inner {
    use super::grad;

    #[grad(jvp)]
    pub(crate) fn first_of<'a>(x: &'a [f64], y: &'a [f64]) -> f64 {
        private(x[0]) * y[0]
    }

    #[grad(jvp)]
    fn private(x: f64) -> f64 {
        x * x
    }

    #[grad(jvp)]
    pub(super) fn two_lifetimes<'long, 'short>(x: &'long [f64; 2], y: &'short [f64]) -> f64
    where
        'long: 'short,
    {
        let shorter: &'short [f64] = x;
        shorter[0] * y[1]
    }

    #[grad(jvp)]
    pub(in super::inner) fn here_only(x: f64) -> f64 {
        x.sin()
    }

    #[grad(jvp)]
    pub fn through(x: f64) -> f64 {
        here_only(x) * x
    }
}

use inner::*;

#[derive(Clone)]
pub struct Samples<'a> {
    pub at: &'a [f64],
    pub count: usize,
}

#[grad(jvp, wrt(w))]
pub fn spread(w: f64, samples: &Samples) -> f64 {
    let sum: f64 = samples.at.iter().map(|x| (x - w).powi(2)).sum();
    sum / samples.count as f64
}

pub fn cases(c: &mut Checker) {
    check!(c, first_of(&vec![0.5, -1.25], &vec![0.75, 2.0]) -> f64);
    check!(c, two_lifetimes(&[0.5, -1.25], &vec![0.75, 2.0]) -> f64);
    check!(c, through(0.75) -> f64);
    check!(c, spread(0.75, const &Samples { at: &[0.5, -1.25], count: 2 }) -> f64);
}
