//! Methods of two vectors or matrices, and of one and a number.

use nalgebra::{
    DefaultAllocator, Dim, Matrix, OMatrix, Storage,
    allocator::Allocator,
    constraint::{AreMultipliable, DimEq, SameNumberOfColumns, SameNumberOfRows, ShapeConstraint},
};

use super::{Entry, add, both};
use crate::{Direction, DirectionRef, Slot};

/// `a.dot(&b)`.
pub trait Dot<B> {
    /// What matrices are made of.
    type Entry;
    /// The adjoint of the receiver.
    type Left;
    /// The adjoint of the argument.
    type Right;
    /// What the reverse sweep contributes.
    fn dot_sweep(
        &self,
        right: &B,
        seed: Self::Entry,
        slot: impl Slot<Self::Left>,
        right_slot: impl Slot<Self::Right>,
    );
    /// The value and its tangent.
    fn dot_tangent(
        &self,
        right: &B,
        direction: impl DirectionRef<Self::Left>,
        right_direction: impl DirectionRef<Self::Right>,
    ) -> (Self::Entry, Self::Entry);
}

impl<T, R, C, R2, C2, SA, SB> Dot<Matrix<T, R2, C2, SB>> for Matrix<T, R, C, SA>
where
    T: Entry,
    R: Dim,
    C: Dim,
    R2: Dim,
    C2: Dim,
    SA: Storage<T, R, C>,
    SB: Storage<T, R2, C2>,
    DefaultAllocator: Allocator<R, C> + Allocator<R2, C2>,
    ShapeConstraint: DimEq<R, R2> + DimEq<C, C2>,
{
    type Entry = T;
    type Left = OMatrix<T, R, C>;
    type Right = OMatrix<T, R2, C2>;

    #[inline]
    fn dot_sweep(
        &self,
        right: &Matrix<T, R2, C2, SB>,
        seed: T,
        mut slot: impl Slot<Self::Left>,
        mut right_slot: impl Slot<Self::Right>,
    ) {
        if let Some(adjoint) = slot.get() {
            adjoint.iter_mut().zip(right.iter()).for_each(|(to, b)| *to += seed * *b);
        }
        if let Some(adjoint) = right_slot.get() {
            adjoint.iter_mut().zip(self.iter()).for_each(|(to, a)| *to += seed * *a);
        }
    }

    #[inline]
    fn dot_tangent(
        &self,
        right: &Matrix<T, R2, C2, SB>,
        direction: impl DirectionRef<Self::Left>,
        right_direction: impl DirectionRef<Self::Right>,
    ) -> (T, T) {
        let tangent = both(
            &direction,
            &right_direction,
            |d| d.dot(right),
            |d| self.dot(d),
            |a, b| a + b,
            T::zero,
        );
        (self.dot(right), tangent)
    }
}

/// Methods of two of the same shape: what the adjoint of the value contributes to both, and the tangent of the value along
/// that of each.
macro_rules! alike {
    ($($trait:ident $name:ident $sweep:ident $tangent:ident |$a:ident, $b:ident, $d:ident|
        $to_a:expr, $to_b:expr, $along_a:expr, $along_b:expr;)+) => {
        $(
            #[doc = concat!("`a.", stringify!($name), "(&b)`.")]
            pub trait $trait<B> {
                /// The value.
                type Value;
                /// What the reverse sweep contributes.
                fn $sweep(
                    &self,
                    right: &B,
                    seed: Self::Value,
                    slot: impl Slot<Self::Value>,
                    right_slot: impl Slot<Self::Value>,
                );
                /// The value and its tangent.
                fn $tangent(
                    &self,
                    right: &B,
                    direction: impl DirectionRef<Self::Value>,
                    right_direction: impl DirectionRef<Self::Value>,
                ) -> (Self::Value, Self::Value);
            }

            impl<T, R, C, SA, SB> $trait<Matrix<T, R, C, SB>> for Matrix<T, R, C, SA>
            where
                T: Entry,
                R: Dim,
                C: Dim,
                SA: Storage<T, R, C>,
                SB: Storage<T, R, C>,
                DefaultAllocator: Allocator<R, C>,
                ShapeConstraint: SameNumberOfRows<R, R, Representative = R>
                    + SameNumberOfColumns<C, C, Representative = C>,
            {
                type Value = OMatrix<T, R, C>;

                #[inline]
                fn $sweep(
                    &self,
                    right: &Matrix<T, R, C, SB>,
                    seed: Self::Value,
                    mut slot: impl Slot<Self::Value>,
                    mut right_slot: impl Slot<Self::Value>,
                ) {
                    let ($a, $b, $d) = (self, right, &seed);
                    add(&mut slot, || $to_a);
                    add(&mut right_slot, || $to_b);
                }

                #[inline]
                fn $tangent(
                    &self,
                    right: &Matrix<T, R, C, SB>,
                    direction: impl DirectionRef<Self::Value>,
                    right_direction: impl DirectionRef<Self::Value>,
                ) -> (Self::Value, Self::Value) {
                    let ($a, $b) = (self, right);
                    let tangent = both(
                        &direction,
                        &right_direction,
                        |$d| $along_a,
                        |$d| $along_b,
                        |a, b| a + b,
                        || crate::zero_like(self),
                    );
                    (self.$name(right), tangent)
                }
            }
        )+
    };
}
alike! {
    ComponentMul component_mul component_mul_sweep component_mul_tangent |a, b, d|
        d.component_mul(b), d.component_mul(a), d.component_mul(b), d.component_mul(a);
    ComponentDiv component_div component_div_sweep component_div_tangent |a, b, d|
        d.component_div(b), -d.component_mul(a).component_div(b).component_div(b),
        d.component_div(b), -d.component_mul(a).component_div(b).component_div(b);
    // The derivative of `a x b` along `d` is `d x b`; what is contributed is `b x d`.
    Cross cross cross_sweep cross_tangent |a, b, d| b.cross(d), d.cross(a), d.cross(b), a.cross(d);
}

/// `a.tr_mul(&b)`, which is `a.transpose() * b`.
pub trait TrMul<B> {
    /// The value.
    type Value;
    /// The adjoint of the receiver.
    type Left;
    /// The adjoint of the argument.
    type Right;
    /// What the reverse sweep contributes.
    fn tr_mul_sweep(
        &self,
        right: &B,
        seed: Self::Value,
        slot: impl Slot<Self::Left>,
        right_slot: impl Slot<Self::Right>,
    );
    /// The value and its tangent.
    fn tr_mul_tangent(
        &self,
        right: &B,
        direction: impl DirectionRef<Self::Left>,
        right_direction: impl DirectionRef<Self::Right>,
    ) -> (Self::Value, Self::Value);
}

impl<T, R, C, R2, C2, SA, SB> TrMul<Matrix<T, R2, C2, SB>> for Matrix<T, R, C, SA>
where
    T: Entry,
    R: Dim,
    C: Dim,
    R2: Dim,
    C2: Dim,
    SA: Storage<T, R, C>,
    SB: Storage<T, R2, C2>,
    DefaultAllocator: Allocator<R, C> + Allocator<R2, C2> + Allocator<C, C2> + Allocator<C2, C>,
    ShapeConstraint: SameNumberOfRows<R, R2>
        + SameNumberOfRows<R2, R>
        + AreMultipliable<R2, C2, C2, C>
        + SameNumberOfColumns<C, C>
        + AreMultipliable<R, C, C, C2>
        + SameNumberOfColumns<C2, C2>,
{
    type Value = OMatrix<T, C, C2>;
    type Left = OMatrix<T, R, C>;
    type Right = OMatrix<T, R2, C2>;

    #[inline]
    fn tr_mul_sweep(
        &self,
        right: &Matrix<T, R2, C2, SB>,
        seed: Self::Value,
        mut slot: impl Slot<Self::Left>,
        mut right_slot: impl Slot<Self::Right>,
    ) {
        if let Some(adjoint) = slot.get() {
            adjoint.gemm(T::one(), right, &seed.transpose(), T::one());
        }
        if let Some(adjoint) = right_slot.get() {
            adjoint.gemm(T::one(), self, &seed, T::one());
        }
    }

    #[inline]
    fn tr_mul_tangent(
        &self,
        right: &Matrix<T, R2, C2, SB>,
        direction: impl DirectionRef<Self::Left>,
        right_direction: impl DirectionRef<Self::Right>,
    ) -> (Self::Value, Self::Value) {
        let value = self.tr_mul(right);
        let tangent = both(
            &direction,
            &right_direction,
            |d| d.tr_mul(right),
            |d| self.tr_mul(d),
            |mut a, b| {
                a.iter_mut().zip(b.iter()).for_each(|(a, b)| *a += *b);
                a
            },
            || crate::zero_like(&value),
        );
        (value, tangent)
    }
}

/// Methods of a matrix and a number.
macro_rules! with_number {
    ($($trait:ident $name:ident $sweep:ident $tangent:ident |$a:ident, $k:ident, $d:ident|
        $to_a:expr, $to_k:expr, $along_a:expr, $along_k:expr;)+) => {
        $(
            #[doc = concat!("`a.", stringify!($name), "(k)`.")]
            pub trait $trait {
                /// What matrices are made of.
                type Entry;
                /// The value.
                type Value;
                /// What the reverse sweep contributes; the part of the number is returned.
                fn $sweep(&self, k: Self::Entry, seed: Self::Value, slot: impl Slot<Self::Value>) -> Self::Entry;
                /// The value and its tangent.
                fn $tangent(
                    &self,
                    k: Self::Entry,
                    direction: impl DirectionRef<Self::Value>,
                    k_direction: impl Direction<Self::Entry>,
                ) -> (Self::Value, Self::Value);
            }

            impl<T, R, C, S> $trait for Matrix<T, R, C, S>
            where
                T: Entry,
                R: Dim,
                C: Dim,
                S: Storage<T, R, C>,
                DefaultAllocator: Allocator<R, C>,
            {
                type Entry = T;
                type Value = OMatrix<T, R, C>;

                #[inline]
                #[allow(unused_variables)]
                fn $sweep(&self, $k: T, seed: Self::Value, mut slot: impl Slot<Self::Value>) -> T {
                    let ($a, $d) = (self, &seed);
                    add(&mut slot, || $to_a);
                    $to_k
                }

                #[inline]
                #[allow(unused_variables)]
                fn $tangent(
                    &self,
                    $k: T,
                    direction: impl DirectionRef<Self::Value>,
                    k_direction: impl Direction<T>,
                ) -> (Self::Value, Self::Value) {
                    let $a = self;
                    let value = self.$name($k);
                    let mut tangent = match direction.get() {
                        Some($d) => $along_a,
                        None => crate::zero_like(&value),
                    };
                    if let Some($d) = k_direction.get() {
                        tangent += $along_k;
                    }
                    (value, tangent)
                }
            }
        )+
    };
}
with_number! {
    Scale scale scale_sweep scale_tangent |a, k, d| d * k, a.dot(d), d * k, a * d;
    Unscale unscale unscale_sweep unscale_tangent |a, k, d| d / k, -a.dot(d) / (k * k), d / k, a * (-d / (k * k));
    AddScalar add_scalar add_scalar_sweep add_scalar_tangent |a, k, d|
        d.clone_owned(), d.sum(), d.clone_owned(), a.map(|_| d);
}
