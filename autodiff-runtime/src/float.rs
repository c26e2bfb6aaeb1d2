//! Floats, for generic functions.

use core::{
    cmp::Ordering,
    fmt::{Debug, Display, LowerExp},
    iter::{Product, Sum},
    num::FpCategory,
};

use crate::Real;

/// Writes the trait and its implementations from one table. A method has its meaning, and the point and the
/// arguments of its example.
macro_rules! float {
    (
        $(#[$doc:meta])*
        bounds [$($bounds:tt)+]
        limits { $($limit:ident, $limit_about:literal;)+ }
        constants { $($constant:ident, $about:literal;)+ }
        methods {
            $(
                $(#[$gate:meta])?
                $method:ident($($name:ident: $ty:ty),*) -> $result:ty, $at:literal, $with:literal, $meaning:literal;
            )+
        }
    ) => {
        $(#[$doc])*
        pub trait Float: $($bounds)+ {
            /// Zero.
            ///
            /// ```
            /// use autodiff_runtime::Float;
            /// assert_eq!(<f64 as Float>::ZERO, 0.0);
            /// ```
            const ZERO: Self;

            /// One.
            ///
            /// ```
            /// use autodiff_runtime::Float;
            /// assert_eq!(<f64 as Float>::ONE, 1.0);
            /// ```
            const ONE: Self;

            $(
                #[doc = $limit_about]
                ///
                /// ```
                /// use autodiff_runtime::Float;
                #[doc = concat!("let (here, there) = (<f64 as Float>::", stringify!($limit), ", f64::", stringify!($limit), ");")]
                /// assert_eq!(here.to_bits(), there.to_bits());
                /// ```
                const $limit: Self;
            )+

            $(
                #[doc = $about]
                ///
                /// ```
                /// use autodiff_runtime::Float;
                #[doc = concat!("assert_eq!(f64::", stringify!($constant), ", std::f64::consts::", stringify!($constant), ");")]
                /// ```
                const $constant: Self;
            )+

            /// The nearest number to `value`.
            ///
            /// ```
            /// use autodiff_runtime::Float;
            /// assert_eq!(f32::from_f64(0.1), 0.1f32);
            /// ```
            fn from_f64(value: f64) -> Self;

            /// `self`, exactly.
            ///
            /// ```
            /// use autodiff_runtime::Float;
            /// assert_eq!(0.5f32.to_f64(), 0.5);
            /// ```
            fn to_f64(self) -> f64;

            /// The total order of IEEE 754, in which NaN has a place too.
            ///
            /// ```
            /// use autodiff_runtime::Float;
            /// assert!(Float::total_cmp(&1.0, &f64::NAN).is_lt());
            /// ```
            fn total_cmp(&self, other: &Self) -> Ordering;

            $(
                #[doc = $meaning]
                ///
                /// ```
                /// use autodiff_runtime::Float;
                #[doc = concat!("let of_std = ", $at, ".", stringify!($method), "(", $with, ");")]
                #[doc = concat!("assert_eq!(Float::", stringify!($method), "(", $at, ", ", $with, "), of_std);")]
                /// ```
                $(#[$gate])?
                fn $method(self, $($name: $ty),*) -> $result;
            )+
        }

        float!(@implement f32 [$($limit)+] [$($constant)+] [$($(#[$gate])? $method($($name: $ty),*) -> $result;)+]);
        float!(@implement f64 [$($limit)+] [$($constant)+] [$($(#[$gate])? $method($($name: $ty),*) -> $result;)+]);
    };
    (
        @implement $float:ident [$($limit:ident)+] [$($constant:ident)+]
        [$($(#[$gate:meta])? $method:ident($($name:ident: $ty:ty),*) -> $result:ty;)+]
    ) => {
        impl Float for $float {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            $(const $limit: Self = $float::$limit;)+
            $(const $constant: Self = core::$float::consts::$constant;)+

            #[inline(always)]
            fn from_f64(value: f64) -> Self {
                value as $float
            }

            #[inline(always)]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }

            #[inline(always)]
            fn total_cmp(&self, other: &Self) -> Ordering {
                $float::total_cmp(self, other)
            }

            $(
                $(#[$gate])?
                #[inline(always)]
                fn $method(self, $($name: $ty),*) -> $result {
                    $float::$method(self, $($name),*)
                }
            )+
        }
    };
}

float! {
    /// `f32` or `f64`, with the methods of `std`: for functions that are generic over the precision.
    ///
    /// The methods that `core` lacks (`sqrt`, `sin`, `floor` and so on) need the feature `std`, as they do on `f64`.
    ///
    /// ```
    /// use autodiff_runtime::Float;
    ///
    /// fn mean<T: Float>(x: &[T]) -> T {
    ///     x.iter().sum::<T>() / T::from_f64(x.len() as f64)
    /// }
    /// assert_eq!(mean(&[3.0f32, 4.0]), 3.5);
    /// assert_eq!(mean(&[3.0f64, 4.0]), 3.5);
    /// ```
    bounds [
        Real
        + Debug
        + Display
        + LowerExp
        + Sum
        + for<'a> Sum<&'a Self>
        + Product
        + for<'a> Product<&'a Self>
        + From<f32>
        + Into<f64>
    ]
    limits {
        EPSILON, "The distance from 1 to the next larger number.";
        MAX, "The largest finite number.";
        MIN, "The smallest finite number.";
        MIN_POSITIVE, "The smallest positive normal number.";
        INFINITY, "Infinity.";
        NEG_INFINITY, "Negative infinity.";
        NAN, "Not a number.";
    }
    constants {
        PI, "π.";
        TAU, "2π.";
        E, "Euler's number.";
        SQRT_2, "√2.";
        LN_2, "ln 2.";
        LN_10, "ln 10.";
    }
    methods {
        abs() -> Self, "0.5f64", "", "The absolute value.";
        signum() -> Self, "0.5f64", "", "1 or -1, by the sign; NaN for NaN.";
        copysign(sign: Self) -> Self, "0.5f64", "-1.0", "The magnitude of `self` with the sign of `sign`.";
        min(other: Self) -> Self, "0.5f64", "2.0", "The smaller of the two; the other if one is NaN.";
        max(other: Self) -> Self, "0.5f64", "2.0", "The larger of the two; the other if one is NaN.";
        clamp(min: Self, max: Self) -> Self, "0.5f64", "1.0, 2.0", "The nearest number in `min..=max`. Panics if `min > max`, or one of them is NaN.";
        recip() -> Self, "0.5f64", "", "1 / x.";
        to_degrees() -> Self, "0.5f64", "", "180 x / π.";
        to_radians() -> Self, "0.5f64", "", "π x / 180.";
        midpoint(other: Self) -> Self, "0.5f64", "2.0", "(x + other) / 2, without overflow.";
        is_nan() -> bool, "0.5f64", "", "Whether it is NaN.";
        is_infinite() -> bool, "0.5f64", "", "Whether it is infinite.";
        is_finite() -> bool, "0.5f64", "", "Whether it is neither infinite nor NaN.";
        is_normal() -> bool, "0.5f64", "", "Whether it is neither zero, subnormal, infinite, nor NaN.";
        is_sign_positive() -> bool, "0.5f64", "", "Whether the sign bit is not set.";
        is_sign_negative() -> bool, "0.5f64", "", "Whether the sign bit is set.";
        classify() -> FpCategory, "0.5f64", "", "What kind of number it is.";
        #[cfg(feature = "std")] powi(n: i32) -> Self, "0.5f64", "3", "xⁿ.";
        #[cfg(feature = "std")] powf(n: Self) -> Self, "0.5f64", "2.5", "xⁿ.";
        #[cfg(feature = "std")] sqrt() -> Self, "0.5f64", "", "√x; NaN if x < 0.";
        #[cfg(feature = "std")] cbrt() -> Self, "0.5f64", "", "The cube root.";
        #[cfg(feature = "std")] exp() -> Self, "0.5f64", "", "eˣ.";
        #[cfg(feature = "std")] exp2() -> Self, "0.5f64", "", "2ˣ.";
        #[cfg(feature = "std")] exp_m1() -> Self, "0.5f64", "", "eˣ - 1, accurate near 0.";
        #[cfg(feature = "std")] ln() -> Self, "0.5f64", "", "The natural logarithm; NaN if x < 0.";
        #[cfg(feature = "std")] ln_1p() -> Self, "0.5f64", "", "ln(1 + x), accurate near 0.";
        #[cfg(feature = "std")] log(base: Self) -> Self, "0.5f64", "2.0", "The logarithm to a base.";
        #[cfg(feature = "std")] log2() -> Self, "0.5f64", "", "The logarithm to base 2.";
        #[cfg(feature = "std")] log10() -> Self, "0.5f64", "", "The logarithm to base 10.";
        #[cfg(feature = "std")] sin() -> Self, "0.5f64", "", "The sine.";
        #[cfg(feature = "std")] cos() -> Self, "0.5f64", "", "The cosine.";
        #[cfg(feature = "std")] tan() -> Self, "0.5f64", "", "The tangent.";
        #[cfg(feature = "std")] sin_cos() -> (Self, Self), "0.5f64", "", "The sine and the cosine.";
        #[cfg(feature = "std")] asin() -> Self, "0.5f64", "", "The arc sine; NaN outside of -1..=1.";
        #[cfg(feature = "std")] acos() -> Self, "0.5f64", "", "The arc cosine; NaN outside of -1..=1.";
        #[cfg(feature = "std")] atan() -> Self, "0.5f64", "", "The arc tangent.";
        #[cfg(feature = "std")] atan2(other: Self) -> Self, "0.5f64", "2.0", "The angle of the point (other, self).";
        #[cfg(feature = "std")] sinh() -> Self, "0.5f64", "", "The hyperbolic sine.";
        #[cfg(feature = "std")] cosh() -> Self, "0.5f64", "", "The hyperbolic cosine.";
        #[cfg(feature = "std")] tanh() -> Self, "0.5f64", "", "The hyperbolic tangent.";
        #[cfg(feature = "std")] asinh() -> Self, "0.5f64", "", "The inverse hyperbolic sine.";
        #[cfg(feature = "std")] acosh() -> Self, "1.5f64", "", "The inverse hyperbolic cosine; NaN if x < 1.";
        #[cfg(feature = "std")] atanh() -> Self, "0.5f64", "", "The inverse hyperbolic tangent; NaN outside of -1..=1.";
        #[cfg(feature = "std")] hypot(other: Self) -> Self, "0.5f64", "2.0", "√(x² + other²), without overflow.";
        #[cfg(feature = "std")] mul_add(a: Self, b: Self) -> Self, "0.5f64", "2.0, 3.0", "a x + b, rounded once.";
        #[cfg(feature = "std")] floor() -> Self, "0.5f64", "", "The largest integer not above x.";
        #[cfg(feature = "std")] ceil() -> Self, "0.5f64", "", "The smallest integer not below x.";
        #[cfg(feature = "std")] round() -> Self, "0.5f64", "", "The nearest integer, halves away from zero.";
        #[cfg(feature = "std")] round_ties_even() -> Self, "0.5f64", "", "The nearest integer, halves to even.";
        #[cfg(feature = "std")] trunc() -> Self, "0.5f64", "", "The integer part.";
        #[cfg(feature = "std")] fract() -> Self, "0.5f64", "", "x - trunc(x).";
        #[cfg(feature = "std")] rem_euclid(other: Self) -> Self, "0.5f64", "2.0", "The remainder in 0..|other|.";
        #[cfg(feature = "std")] div_euclid(other: Self) -> Self, "0.5f64", "2.0", "The quotient that goes with `rem_euclid`.";
    }
}
