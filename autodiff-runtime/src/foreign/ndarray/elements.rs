//! Functions of each element: `a.exp()`.

use ndarray::{Array, ArrayBase, Data, Dimension};

use super::Entry;
use crate::{DirectionRef, Float, Slot};

/// The derivative of the function at `x`, where its value is `y`.
macro_rules! each {
    ($($trait:ident $name:ident $sweep:ident $tangent:ident |$x:ident, $y:ident| $slope:expr;)+) => {
        $(
            #[doc = concat!("`a.", stringify!($name), "()`.")]
            pub trait $trait {
                /// The adjoint.
                type Adjoint;
                /// What the reverse sweep contributes.
                fn $sweep(&self, seed: Self::Adjoint, slot: impl Slot<Self::Adjoint>);
                /// The value and its tangent.
                fn $tangent(&self, direction: impl DirectionRef<Self::Adjoint>) -> (Self::Adjoint, Self::Adjoint);
            }

            impl<T: Entry, S: Data<Elem = T>, D: Dimension> $trait for ArrayBase<S, D, T> {
                type Adjoint = Array<T, D>;

                #[inline]
                #[allow(unused_variables)]
                fn $sweep(&self, seed: Self::Adjoint, mut slot: impl Slot<Array<T, D>>) {
                    if let Some(adjoint) = slot.get() {
                        ndarray::Zip::from(adjoint).and(self).and(&seed).for_each(|to, &$x, &d| {
                            let $y = Float::$name($x);
                            *to += d * $slope;
                        });
                    }
                }

                #[inline]
                #[allow(unused_variables)]
                fn $tangent(&self, direction: impl DirectionRef<Array<T, D>>) -> (Array<T, D>, Array<T, D>) {
                    let value = self.mapv(Float::$name);
                    let mut tangent = crate::zero_like(&value);
                    if let Some(direction) = direction.get() {
                        ndarray::Zip::from(&mut tangent).and(self).and(direction).for_each(|to, &$x, &d| {
                            let $y = Float::$name($x);
                            *to = d * $slope;
                        });
                    }
                    (value, tangent)
                }
            }
        )+
    };
}

fn number<T: Entry>(x: f64) -> T {
    <T as Float>::from_f64(x)
}

each! {
    ArrayExp exp exp_sweep exp_tangent |x, y| y;
    ArrayLn ln ln_sweep ln_tangent |x, y| number::<T>(1.0) / x;
    ArraySqrt sqrt sqrt_sweep sqrt_tangent |x, y| number::<T>(0.5) / y;
    ArraySin sin sin_sweep sin_tangent |x, y| Float::cos(x);
    ArrayCos cos cos_sweep cos_tangent |x, y| -Float::sin(x);
    ArrayTanh tanh tanh_sweep tanh_tangent |x, y| number::<T>(1.0) - y * y;
    ArrayRecip recip recip_sweep recip_tangent |x, y| -y * y;
}

/// `a.pow2()`.
pub trait ArrayPow2 {
    /// The adjoint.
    type Adjoint;
    /// What the reverse sweep contributes.
    fn pow2_sweep(&self, seed: Self::Adjoint, slot: impl Slot<Self::Adjoint>);
    /// The value and its tangent.
    fn pow2_tangent(
        &self,
        direction: impl DirectionRef<Self::Adjoint>,
    ) -> (Self::Adjoint, Self::Adjoint);
}

impl<T: Entry, S: Data<Elem = T>, D: Dimension> ArrayPow2 for ArrayBase<S, D, T> {
    type Adjoint = Array<T, D>;

    #[inline]
    fn pow2_sweep(&self, seed: Self::Adjoint, mut slot: impl Slot<Array<T, D>>) {
        if let Some(adjoint) = slot.get() {
            ndarray::Zip::from(adjoint)
                .and(self)
                .and(&seed)
                .for_each(|to, &x, &d| *to += d * (x + x));
        }
    }

    #[inline]
    fn pow2_tangent(
        &self,
        direction: impl DirectionRef<Array<T, D>>,
    ) -> (Array<T, D>, Array<T, D>) {
        let value = self.mapv(|x| x * x);
        let tangent = match direction.get() {
            Some(direction) => direction * &self.mapv(|x| x + x),
            None => crate::zero_like(&value),
        };
        (value, tangent)
    }
}
