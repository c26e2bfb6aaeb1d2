// Numbers of a generic float made of others: `T::from(x).unwrap()`, `x.into()`, `x.to_f64().unwrap()`.

use num_traits::{AsPrimitive, Float, FromPrimitive, NumCast};

/// Computed in `f64`, whatever the type.
#[grad(jvp)]
pub fn in_double<T>(x: &[T; 2]) -> T
where
    T: Float + Into<f64> + FromPrimitive,
{
    let a: f64 = x[0].into();
    let b: f64 = x[1].to_f64().unwrap();
    T::from_f64((a * a + b).sqrt() * a.sin()).unwrap()
}

#[grad(jvp)]
pub fn there_and_back<T: Float>(x: T, weight: f64) -> T {
    let scale: T = T::from(weight).unwrap();
    let narrow: T = NumCast::from(weight * weight).expect("a float");
    let wide = x.to_f64().unwrap() * weight;
    scale * x + narrow / x + T::from(wide.exp()).unwrap()
}

#[grad(jvp)]
pub fn with_as<T: Float + AsPrimitive<f64>>(x: T, y: f64) -> f64 {
    let wide: f64 = x.as_();
    wide * y + y.sin()
}

#[grad(jvp)]
pub fn specific(x: f64, y: f64) -> f64 {
    in_double(&[x, y]) + there_and_back(x, y) + with_as(y, x)
}

pub fn cases(c: &mut Checker) {
    check!(c, specific(0.75, 0.5) -> f64);
    check!(c, in_double(&[0.75, 1.25]) -> f64);
}
