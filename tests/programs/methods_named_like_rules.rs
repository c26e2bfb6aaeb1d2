// Methods of the user's with the name of a method of floats, and another number of arguments.

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Scaled {
    pub of: Interval,
    pub by: f64,
}

autodiff_tests::flat! {
    Interval, IntervalTangent;
    Scaled, ScaledTangent;
}

#[grad(jvp)]
impl Interval {
    pub fn min(&self) -> f64 {
        self.low * self.low
    }

    pub fn max(&self) -> f64 {
        self.high.sin()
    }

    pub fn powi(&self, n: i32, weight: f64) -> f64 {
        self.low.powi(n) * weight
    }
}

#[grad(jvp)]
pub fn width(scaled: &Scaled) -> f64 {
    let middle = scaled.of.max() - scaled.of.min().min(scaled.of.high);
    scaled.by * middle + scaled.of.powi(3, scaled.by)
}

/// A `len` that counts nothing.
#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Arrow(pub [f64; 2]);

impl Arrow {
    #[grad(jvp)]
    pub fn len(&self) -> f64 {
        self.0.iter().map(|v| v * v).sum::<f64>().sqrt()
    }

    #[grad(jvp)]
    pub fn unit(self) -> Arrow {
        let length = self.len();
        Arrow([self.0[0] / length, self.0[1] / length])
    }
}

#[grad(jvp)]
pub fn lengths(a: [f64; 2], k: f64) -> f64 {
    let arrow = Arrow([a[0] * k, a[1]]);
    arrow.len() * k + arrow.unit().0[0]
}

pub fn cases(c: &mut Checker) {
    check!(c, lengths([0.75, 1.25], 0.5) -> f64);
    check!(c, width(&Scaled { of: Interval { low: 0.75, high: 1.25 }, by: 0.5 }) -> f64);
}
