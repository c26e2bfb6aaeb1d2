//! What must hold for second derivatives: forward over reverse.

use super::{
    check::{Derived, Failure, Kind, fail},
    inputs::{dot, like, moved},
    prng::Random,
};
use crate::ir::{
    Function,
    eval::{self, Data, Gradient, Program},
};

/// A gradient, and where and with which seeds it was computed.
pub(super) struct Base<'a> {
    pub x: &'a [Data],
    pub seed: &'a Data,
    pub final_seeds: &'a [Data],
    pub gradient: &'a Gradient,
}

impl Base<'_> {
    /// The value and the gradient are as before; the Hessian is symmetric; the product with a direction is the
    /// difference of gradients; and the tangent of a seed gives a gradient of its own.
    pub fn check_second(
        &self,
        f: &Function,
        program: &Program,
        derived: &Derived,
        random: &mut Random,
        differences: bool,
    ) -> Result<(), Failure> {
        let mut direction = || -> Vec<Data> {
            let params = f.params.iter().zip(self.x);
            params
                .map(
                    |(param, x)| if param.differentiable { like(x, random) } else { x.zero_like() },
                )
                .collect()
        };
        let (v, w) = (direction(), direction());
        let still = (self.seed.zero_like(), zeros(self.final_seeds));
        let along_v = self.product(program, derived, &v, &still)?;
        let along_w = self.product(program, derived, &w, &still)?;
        let (a, b) = (pair(f, &along_v, &w)?, pair(f, &along_w, &v)?);
        let scale = 1.0 + a.1 + b.1;
        if !scale.is_finite() || scale > 1e9 {
            return Ok(());
        }
        if (a.0 - b.0).abs() > 1e-8 * scale {
            let text = format!("<w, H v> = {}, <v, H w> = {} (scale {scale})", a.0, b.0);
            return fail(Kind::Second("symmetry"), text);
        }
        self.seeds_are_linear(program, derived, random)?;
        if differences
            && let Some((slope, error)) = self.slope(f, program, derived, &v, &w)?
            && error <= 1e-5 * scale
            && (slope - a.0).abs() > 1e-5 * scale + 10.0 * error
        {
            let text = format!("<w, H v> = {}, differences {slope} (error {error})", a.0);
            return fail(Kind::Second("differences"), text);
        }
        Ok(())
    }

    fn product(
        &self,
        program: &Program,
        derived: &Derived,
        v: &[Data],
        (seed, final_seeds): &(Data, Vec<Data>),
    ) -> Result<Vec<Option<Data>>, Failure> {
        let tangents = eval::SecondInputs { directions: v, seed, final_seeds };
        let base = (self.seed, self.final_seeds);
        let Some(second) = &derived.second else { return Ok(Vec::new()) };
        let second = match eval::second(program, second, self.x, base, &tangents) {
            Ok(second) => second,
            Err(error) => return fail(Kind::Run("second"), error),
        };
        if !second.gradient.value.same(&self.gradient.value) {
            return fail(Kind::Value("second"), "another value");
        }
        for (a, b) in second.gradient.adjoints.iter().zip(&self.gradient.adjoints) {
            match (a, b) {
                (Some(a), Some(b)) if a.same(b) => {}
                (None, None) => {}
                _ => return fail(Kind::Second("gradient"), format!("{b:?} became {a:?}")),
            }
        }
        Ok(second.tangents)
    }

    /// Where nothing moves but the seed, the tangent of the gradient is the gradient with the seed's tangent.
    fn seeds_are_linear(
        &self,
        program: &Program,
        derived: &Derived,
        random: &mut Random,
    ) -> Result<(), Failure> {
        let seeds = (
            like(self.seed, random),
            self.final_seeds.iter().map(|seed| like(seed, random)).collect::<Vec<_>>(),
        );
        let product = self.product(program, derived, &zeros(self.x), &seeds)?;
        let gradient = match eval::gradient(program, &derived.reverse, self.x, &seeds.0, &seeds.1) {
            Ok(gradient) => gradient,
            Err(error) => return fail(Kind::Run("reverse"), error),
        };
        for (a, b) in product.iter().zip(&gradient.adjoints) {
            let (Some(a), Some(b)) = (a, b) else { continue };
            let far = |(a, b): (f64, f64)| (a - b).abs() > 1e-9 * (1.0 + a.abs() + b.abs());
            if a.flat().into_iter().zip(b.flat()).any(far) {
                return fail(Kind::Second("seed"), format!("{a:?}, with the seed itself {b:?}"));
            }
        }
        Ok(())
    }

    /// The derivative of `<w, gradient>` along `v` by differences, and an estimate of its error.
    fn slope(
        &self,
        f: &Function,
        program: &Program,
        derived: &Derived,
        v: &[Data],
        w: &[Data],
    ) -> Result<Option<(f64, f64)>, Failure> {
        let at = |t: f64| {
            let x: Vec<Data> = self.x.iter().zip(v).map(|(x, v)| moved(x, t, v)).collect();
            let gradient =
                eval::gradient(program, &derived.reverse, &x, self.seed, self.final_seeds).ok()?;
            (gradient.path == self.gradient.path).then_some(())?;
            pair(f, &gradient.adjoints, w).ok().map(|(value, _)| value)
        };
        let central = |h: f64| Some((at(h)? - at(-h)?) / (2.0 * h));
        let estimate = || {
            let (a, b, c) = (central(1e-3)?, central(5e-4)?, central(2.5e-4)?);
            let (coarse, fine) = ((4.0 * b - a) / 3.0, (4.0 * c - b) / 3.0);
            Some((fine, (fine - coarse).abs()))
        };
        Ok(estimate())
    }
}

fn zeros(of: &[Data]) -> Vec<Data> {
    of.iter().map(Data::zero_like).collect()
}

/// The product of adjoints with a direction, and the sum of the sizes of its terms.
fn pair(f: &Function, adjoints: &[Option<Data>], w: &[Data]) -> Result<(f64, f64), Failure> {
    let mut sum = (0.0, 0.0);
    for ((param, adjoint), w) in f.params.iter().zip(adjoints).zip(w) {
        let (true, Some(adjoint)) = (param.differentiable, adjoint) else { continue };
        match dot(adjoint, w) {
            Ok((value, size)) => sum = (sum.0 + value, sum.1 + size),
            Err(error) => return fail(Kind::Second("shape"), error),
        }
    }
    Ok(sum)
}
