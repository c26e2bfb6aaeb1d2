// Functions generic over `num_traits::Float`, and how constants are written with it.

use num_traits::{Float, FloatConst, FromPrimitive, NumAssign, NumCast, Zero};

#[grad(jvp)]
pub fn gelu<T: Float>(x: T) -> T {
    let half = T::from(0.5).unwrap();
    let c = T::from(0.7978845608).unwrap();
    half * x * (T::one() + (c * (x + T::from(0.044715).unwrap() * x.powi(3))).tanh())
}

#[grad(jvp)]
pub fn mean<T>(v: &[T]) -> T
where
    T: Float + FromPrimitive,
{
    let mut sum = T::zero();
    for i in 0..v.len() {
        sum = sum + v[i];
    }
    sum / T::from_usize(v.len()).unwrap()
}

#[grad(jvp)]
pub fn circle<T: Float + FloatConst>(r: T, limit: T) -> T {
    let two: T = NumCast::from(2).unwrap();
    let area = T::PI() * r * r;
    if r > limit { T::max(r, T::epsilon()) * area } else { Float::sin(r).abs_sub(<T as Zero>::zero()) / two }
}

#[grad(jvp)]
pub fn horner<T: Float + NumAssign>(x: T, coefficients: &[T]) -> T {
    let mut value = num_traits::zero::<T>();
    for i in 0..coefficients.len() {
        value *= x;
        value += coefficients[i];
    }
    let (sin, cos) = value.sin_cos();
    sin * cos + x.hypot(value).recip()
}

// What the caller's bound is named, the macro cannot see.
pub trait Scalar: Float + FromPrimitive {}
impl Scalar for f64 {}

#[grad(jvp)]
pub fn ratio<S: Scalar>(x: S, y: S) -> S {
    x * y + x.sin() / (y + S::one())
}

#[grad(jvp)]
pub fn scaled<S: Scalar>(x: &[S; 2], n: usize) -> [S; 2] {
    let by = S::from(n).unwrap();
    [x[0] * by, x[1].powi(n as i32) - S::from_usize(n * 2).unwrap_or(S::one())]
}

pub fn cases(c: &mut Checker) {
    check!(c, gelu(0.75) -> f64);
    check!(c, mean(&vec![0.5, -1.25, 0.75]) -> f64);
    check!(c, circle(1.5, 1.0) -> f64);
    check!(c, circle(1.5, 2.0) -> f64);
    check!(c, horner(0.75, &vec![0.5, -1.25, 0.25]) -> f64);
    check!(c, ratio(0.5, 1.5) -> f64);
    check!(c, scaled(&[0.5, -1.25], const 3) -> [f64; 2]);
}
