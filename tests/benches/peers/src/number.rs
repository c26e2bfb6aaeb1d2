//! What the functions are written in: a number of whichever crate, with the operations that they need.

use std::ops::{Add, Div, Mul, Neg, Sub};

use ad_trait::{AD, F64};
use num_dual::DualNum;

pub trait Number:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    fn constant(x: f64) -> Self;
    fn value(self) -> f64;
    /// With a constant operand, as the crate has it.
    fn plus(self, x: f64) -> Self;
    fn times(self, x: f64) -> Self;
    fn exp(self) -> Self;
    fn ln(self) -> Self;
    fn sqrt(self) -> Self;
    fn sin(self) -> Self;
    fn cos(self) -> Self;
    fn tanh(self) -> Self;
}

macro_rules! number {
    ([$($generics:tt)*] $type:ty, $constant:expr, $value:expr, $scalar:expr, $($methods:tt)*) => {
        impl<$($generics)*> Number for $type {
            fn constant(x: f64) -> Self {
                $constant(x)
            }
            fn value(self) -> f64 {
                $value(self)
            }
            fn plus(self, x: f64) -> Self {
                self + $scalar(x)
            }
            fn times(self, x: f64) -> Self {
                self * $scalar(x)
            }
            fn exp(self) -> Self {
                $($methods)*::exp(self)
            }
            fn ln(self) -> Self {
                $($methods)*::ln(self)
            }
            fn sqrt(self) -> Self {
                $($methods)*::sqrt(self)
            }
            fn sin(self) -> Self {
                $($methods)*::sin(self)
            }
            fn cos(self) -> Self {
                $($methods)*::cos(self)
            }
            fn tanh(self) -> Self {
                $($methods)*::tanh(self)
            }
        }
    };
}

/// Methods as functions.
mod of_aad {
    type Variable<'a> = aad::Variable<'a, f64>;
    macro_rules! of_variables {
        ($($name:ident)*) => {
            $(pub fn $name(x: Variable) -> Variable {
                x.$name()
            })*
        };
    }
    of_variables!(exp ln sqrt sin cos tanh);
}

mod of_ad_trait {
    macro_rules! of_numbers {
        ($($name:ident)*) => {
            $(pub fn $name<T: ad_trait::AD>(x: T) -> T {
                x.$name()
            })*
        };
    }
    of_numbers!(exp ln sqrt sin cos tanh);
}

type Plain = f64;
pub type AadVariable<'a> = aad::Variable<'a, f64>;
pub type AdReverse = ad_trait::reverse_ad::adr::adr;
pub type AdForward<const N: usize> = ad_trait::forward_ad::adfn::adfn<N>;
pub type EchidnaReverse = echidna::Reverse<f64>;
pub type EchidnaForward<const N: usize> = echidna::DualVec<f64, N>;
pub type Autodiff = autodiff::FT<f64>;
pub type NumDual<const N: usize> = num_dual::DualSVec64<N>;

number!([] Plain, |x| x, |x| x, |x| x, f64);
number!(['a] AadVariable<'a>, AadVariable::constant, |x: Self| AadVariable::value(&x), |x: f64| x, of_aad);
number!([] AdReverse, <AdReverse as AD>::constant, |x: Self| AdReverse::value(&x), F64, of_ad_trait);
number!([const N: usize] AdForward<N>, <Self as AD>::constant, |x: Self| AdForward::value(&x), F64, of_ad_trait);
number!([] EchidnaReverse, EchidnaReverse::constant, |x: Self| echidna::Scalar::value(&x), |x: f64| x, num_traits::Float);
number!([const N: usize] EchidnaForward<N>, EchidnaForward::constant, |x: Self| x.re, |x: f64| x, num_traits::Float);
number!([] Autodiff, Autodiff::cst, |x: Self| x.x, |x: f64| x, num_traits::Float);

impl<const N: usize> Number for NumDual<N> {
    fn constant(x: f64) -> Self {
        Self::from_re(x)
    }
    fn value(self) -> f64 {
        self.re
    }
    fn plus(self, x: f64) -> Self {
        self + x
    }
    fn times(self, x: f64) -> Self {
        self * x
    }
    fn exp(self) -> Self {
        DualNum::exp(&self)
    }
    fn ln(self) -> Self {
        DualNum::ln(&self)
    }
    fn sqrt(self) -> Self {
        DualNum::sqrt(&self)
    }
    fn sin(self) -> Self {
        DualNum::sin(&self)
    }
    fn cos(self) -> Self {
        DualNum::cos(&self)
    }
    fn tanh(self) -> Self {
        DualNum::tanh(&self)
    }
}
