//! What generated code does with a float of a generic type.
//!
//! The user's bounds decide which methods his type parameter has, and any method of a second trait with the same name
//! would make his calls ambiguous. So the bound that generated code adds, [`Real`], brings no methods of floats: its rules are
//! the functions of this module.

use core::ops::{
    Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign,
};

use crate::{
    AddAll, Again, Blank, Component, Contribution, Differentiable, Direction, FillAll, Float,
    Point, VectorSpace,
};

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// `f32` or `f64`: what a type parameter that stands for a float must be to be differentiated.
///
/// The functions that `#[grad]` writes beside a function generic over `T: num_traits::Float`, `T: nalgebra::RealField` or the
/// like have this bound too, and so must a generic caller of them. [`Float`] implies it.
///
/// ```
/// use autodiff_runtime::{Float, Real};
///
/// fn zero<T: Real>() -> T {
///     T::default()
/// }
/// fn also_zero<T: Float>() -> T {
///     zero()
/// }
/// assert_eq!(also_zero::<f32>(), 0.0);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` stands for a float here, and is none",
    label = "neither `f32` nor `f64`",
    note = "the derivative of a function that is generic over its float exists for `f32` and `f64`",
    note = "in a generic function that calls it, add the bound `autodiff_runtime::Real`"
)]
pub trait Real:
    sealed::Sealed
    + Copy
    + Default
    + PartialOrd
    + Send
    + Sync
    + 'static
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Rem<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + RemAssign
    + Differentiable<Tangent = Self, Buffer = Self>
    + Point
    + VectorSpace
    + crate::Rows
    + crate::Entry
    + AddAll<Self>
    + FillAll<Self>
    + Direction<Self>
    + Contribution<Adjoint = Self>
    + Again<Arg = Self>
    + Blank
    + Component<Self>
{
    /// The same type, with methods.
    #[doc(hidden)]
    type Std: Float;

    #[doc(hidden)]
    fn to_std(value: Self) -> Self::Std;

    #[doc(hidden)]
    fn of_std(value: Self::Std) -> Self;
}

macro_rules! real {
    ($($float:ident)+) => {
        $(
            impl Real for $float {
                type Std = $float;

                #[inline(always)]
                fn to_std(value: Self) -> Self {
                    value
                }

                #[inline(always)]
                fn of_std(value: Self) -> Self {
                    value
                }
            }
        )+
    };
}
real!(f32 f64);

/// A number that is written in generated code.
#[inline(always)]
pub fn number<T: Real>(value: f64) -> T {
    T::of_std(T::Std::from_f64(value))
}

/// A number as an `f64`.
#[inline(always)]
pub fn to_f64<T: Real>(value: T) -> f64 {
    T::to_std(value).to_f64()
}

macro_rules! rules {
    ($($(#[$gate:meta])? $name:ident($($arg:ident),*);)+) => {
        $(
            /// The rule of the same name.
            $(#[$gate])?
            #[inline(always)]
            pub fn $name<T: Real>(x: T, $($arg: T),*) -> T {
                T::of_std(T::to_std(x).$name($(T::to_std($arg)),*))
            }
        )+
    };
}
rules! {
    abs(); signum(); copysign(y); min(y); max(y); clamp(y, z); recip(); to_degrees(); to_radians(); midpoint(y);
    #[cfg(feature = "std")] powf(y);
    #[cfg(feature = "std")] sqrt();
    #[cfg(feature = "std")] cbrt();
    #[cfg(feature = "std")] exp();
    #[cfg(feature = "std")] exp2();
    #[cfg(feature = "std")] exp_m1();
    #[cfg(feature = "std")] ln();
    #[cfg(feature = "std")] ln_1p();
    #[cfg(feature = "std")] log(y);
    #[cfg(feature = "std")] log2();
    #[cfg(feature = "std")] log10();
    #[cfg(feature = "std")] sin();
    #[cfg(feature = "std")] cos();
    #[cfg(feature = "std")] tan();
    #[cfg(feature = "std")] asin();
    #[cfg(feature = "std")] acos();
    #[cfg(feature = "std")] atan();
    #[cfg(feature = "std")] atan2(y);
    #[cfg(feature = "std")] sinh();
    #[cfg(feature = "std")] cosh();
    #[cfg(feature = "std")] tanh();
    #[cfg(feature = "std")] asinh();
    #[cfg(feature = "std")] acosh();
    #[cfg(feature = "std")] atanh();
    #[cfg(feature = "std")] hypot(y);
    #[cfg(feature = "std")] mul_add(y, z);
    #[cfg(feature = "std")] floor();
    #[cfg(feature = "std")] ceil();
    #[cfg(feature = "std")] round();
    #[cfg(feature = "std")] round_ties_even();
    #[cfg(feature = "std")] trunc();
    #[cfg(feature = "std")] fract();
    #[cfg(feature = "std")] rem_euclid(y);
    #[cfg(feature = "std")] div_euclid(y);
}

/// The rule of the same name.
#[cfg(feature = "std")]
#[inline(always)]
pub fn powi<T: Real>(x: T, n: i32) -> T {
    T::of_std(T::to_std(x).powi(n))
}
