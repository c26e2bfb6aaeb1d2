//! `a.dot(&b)` of vectors and matrices.

use ndarray::{Array1, Array2, ArrayBase, Axis, Data, Ix1, Ix2};

use super::Entry;
use crate::{DirectionRef, Slot};

/// `a.dot(&b)`.
pub trait ArrayDot<B> {
    /// The product.
    type Value;
    /// The adjoint of the receiver.
    type Left;
    /// The adjoint of the argument.
    type Right;
    /// What the reverse sweep contributes.
    fn dot_sweep(
        &self,
        right: &B,
        seed: Self::Value,
        slot: impl Slot<Self::Left>,
        right_slot: impl Slot<Self::Right>,
    );
    /// The value and its tangent.
    fn dot_tangent(
        &self,
        right: &B,
        direction: impl DirectionRef<Self::Left>,
        right_direction: impl DirectionRef<Self::Right>,
    ) -> (Self::Value, Self::Value);
}

/// `l x rᵀ`.
fn outer<T: Entry>(l: &Array1<T>, r: &ndarray::ArrayRef<T, Ix1>) -> Array2<T> {
    l.view().insert_axis(Axis(1)).dot(&r.view().insert_axis(Axis(0)))
}

macro_rules! dot {
    ($([$left:ty, $right:ty] -> $value:ty, $d_left:ty, $d_right:ty, |$a:ident, $b:ident, $d:ident|
        $to_a:expr, $to_b:expr;)+) => {
        $(
            impl<T: Entry, S: Data<Elem = T>, S2: Data<Elem = T>> ArrayDot<ArrayBase<S2, $right, T>>
                for ArrayBase<S, $left, T>
            {
                type Value = $value;
                type Left = $d_left;
                type Right = $d_right;

                #[inline]
                fn dot_sweep(
                    &self,
                    right: &ArrayBase<S2, $right, T>,
                    seed: Self::Value,
                    mut slot: impl Slot<Self::Left>,
                    mut right_slot: impl Slot<Self::Right>,
                ) {
                    let ($a, $b, $d) = (self, right, &seed);
                    super::add(&mut slot, || $to_a);
                    super::add(&mut right_slot, || $to_b);
                }

                #[inline]
                fn dot_tangent(
                    &self,
                    right: &ArrayBase<S2, $right, T>,
                    direction: impl DirectionRef<Self::Left>,
                    right_direction: impl DirectionRef<Self::Right>,
                ) -> (Self::Value, Self::Value) {
                    let value = self.dot(right);
                    let tangent = match (direction.get(), right_direction.get()) {
                        (Some(d), Some(e)) => d.dot(right) + self.dot(e),
                        (Some(d), None) => d.dot(right),
                        (None, Some(e)) => self.dot(e),
                        (None, None) => crate::zero_like(&value),
                    };
                    (value, tangent)
                }
            }
        )+
    };
}
dot! {
    [Ix1, Ix1] -> T, Array1<T>, Array1<T>, |a, b, d| b.mapv(|b| *d * b), a.mapv(|a| *d * a);
    [Ix2, Ix1] -> Array1<T>, Array2<T>, Array1<T>, |a, b, d| outer(d, b), a.t().dot(d);
    [Ix1, Ix2] -> Array1<T>, Array1<T>, Array2<T>, |a, b, d| b.dot(d), outer(&a.to_owned(), d);
    [Ix2, Ix2] -> Array2<T>, Array2<T>, Array2<T>, |a, b, d| d.dot(&b.t()), a.t().dot(d);
}
