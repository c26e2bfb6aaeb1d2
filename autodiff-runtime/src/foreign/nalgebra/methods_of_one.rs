//! Methods of one vector or matrix: norms, sums, the transpose, ...

use nalgebra::{DefaultAllocator, Dim, Matrix, OMatrix, Storage, allocator::Allocator};

use super::{Entry, add};
use crate::{DirectionRef, Slot};

/// Methods that yield a number: the contribution to the adjoint of `a` of the adjoint `d` of the value.
macro_rules! number {
    ($($trait:ident $name:ident $sweep:ident $tangent:ident |$a:ident, $d:ident| $gradient:expr;)+) => {
        $(
            #[doc = concat!("`a.", stringify!($name), "()`.")]
            pub trait $trait {
                /// What matrices are made of.
                type Entry;
                /// The adjoint.
                type Adjoint;
                /// What the reverse sweep contributes.
                fn $sweep(&self, seed: Self::Entry, slot: impl Slot<Self::Adjoint>);
                /// The value and its tangent.
                fn $tangent(&self, direction: impl DirectionRef<Self::Adjoint>) -> (Self::Entry, Self::Entry);
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
                type Adjoint = OMatrix<T, R, C>;

                #[inline]
                fn $sweep(&self, $d: T, mut slot: impl Slot<Self::Adjoint>) {
                    let $a = self;
                    add(&mut slot, || $gradient);
                }

                #[inline]
                fn $tangent(&self, direction: impl DirectionRef<Self::Adjoint>) -> (T, T) {
                    let tangent = direction.get().map_or(T::zero(), |direction| {
                        let ($a, $d) = (self, T::one());
                        let gradient: OMatrix<T, R, C> = $gradient;
                        gradient.dot(direction)
                    });
                    (self.$name(), tangent)
                }
            }
        )+
    };
}
number! {
    Norm norm norm_sweep norm_tangent |a, d| along(a, d, a.norm());
    Magnitude magnitude magnitude_sweep magnitude_tangent |a, d| along(a, d, a.norm());
    NormSquared norm_squared norm_squared_sweep norm_squared_tangent |a, d| a * (d + d);
    MagnitudeSquared magnitude_squared magnitude_squared_sweep magnitude_squared_tangent |a, d| a * (d + d);
    Sum sum sum_sweep sum_tangent |a, d| like(a, d);
    Mean mean mean_sweep mean_tangent |a, d| like(a, d / nalgebra::convert(a.len() as f64));
    Max max max_sweep max_tangent |a, d| shared(a, d, a.max());
    Min min min_sweep min_tangent |a, d| shared(a, d, a.min());
}

/// The derivative of the norm: 0 at 0, as that of `hypot`.
fn along<T: Entry, R: Dim, C: Dim, S: Storage<T, R, C>>(
    a: &Matrix<T, R, C, S>,
    d: T,
    norm: T,
) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    if norm == T::zero() { crate::zero_like(a) } else { a * (d / norm) }
}

/// The same number everywhere.
fn like<T: Entry, R: Dim, C: Dim, S: Storage<T, R, C>>(
    a: &Matrix<T, R, C, S>,
    d: T,
) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    let (rows, columns) = a.shape_generic();
    OMatrix::from_element_generic(rows, columns, d)
}

/// In equal parts to those that are the largest or the smallest.
fn shared<T: Entry, R: Dim, C: Dim, S: Storage<T, R, C>>(
    a: &Matrix<T, R, C, S>,
    d: T,
    value: T,
) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    let ties = a.iter().filter(|x| **x == value).count();
    let part = d / nalgebra::convert(ties as f64);
    a.map(|x| if x == value { part } else { T::zero() })
}

/// Methods that yield a matrix: what the adjoint `d` of the value contributes, and the tangent of the value along `d`.
macro_rules! matrix {
    ($($trait:ident $name:ident $sweep:ident $tangent:ident -> [$rows:ident, $columns:ident]
        |$a:ident, $d:ident| $pull:expr, $push:expr;)+) => {
        $(
            #[doc = concat!("`a.", stringify!($name), "()`.")]
            pub trait $trait {
                /// The value.
                type Value;
                /// The adjoint of the receiver.
                type Adjoint;
                /// What the reverse sweep contributes.
                fn $sweep(&self, seed: Self::Value, slot: impl Slot<Self::Adjoint>);
                /// The value and its tangent.
                fn $tangent(&self, direction: impl DirectionRef<Self::Adjoint>) -> (Self::Value, Self::Value);
            }

            impl<T, R, C, S> $trait for Matrix<T, R, C, S>
            where
                T: Entry,
                R: Dim,
                C: Dim,
                S: Storage<T, R, C>,
                DefaultAllocator: Allocator<R, C> + Allocator<C, R>,
            {
                type Value = OMatrix<T, $rows, $columns>;
                type Adjoint = OMatrix<T, R, C>;

                #[inline]
                fn $sweep(&self, $d: Self::Value, mut slot: impl Slot<Self::Adjoint>) {
                    let ($a, $d) = (self, &$d);
                    add(&mut slot, || $pull);
                }

                #[inline]
                fn $tangent(&self, direction: impl DirectionRef<Self::Adjoint>) -> (Self::Value, Self::Value) {
                    let value = self.$name();
                    let tangent = match direction.get() {
                        Some($d) => {
                            let $a = self;
                            $push
                        }
                        None => crate::zero_like(&value),
                    };
                    (value, tangent)
                }
            }
        )+
    };
}
matrix! {
    Transpose transpose transpose_sweep transpose_tangent -> [C, R] |_a, d| d.transpose(), d.transpose();
    Normalize normalize normalize_sweep normalize_tangent -> [R, C] |a, d| across(a, d), across(a, d);
    CloneOwned clone_owned clone_owned_sweep clone_owned_tangent -> [R, C] |_a, d| d.clone_owned(), d.clone_owned();
    Abs abs abs_sweep abs_tangent -> [R, C] |a, d| signed(a, d), signed(a, d);
}

/// The derivative of `a / |a|`, which is symmetric.
fn across<T: Entry, R: Dim, C: Dim, S: Storage<T, R, C>>(
    a: &Matrix<T, R, C, S>,
    d: &OMatrix<T, R, C>,
) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    let norm = a.norm();
    let unit = a / norm;
    let inside = unit.dot(d);
    (d - unit * inside) / norm
}

/// That of the absolute values: 0 at 0.
fn signed<T: Entry, R: Dim, C: Dim, S: Storage<T, R, C>>(
    a: &Matrix<T, R, C, S>,
    d: &OMatrix<T, R, C>,
) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    d.zip_map(a, |d, a| {
        if a > T::zero() {
            d
        } else if a < T::zero() {
            -d
        } else {
            a * d
        }
    })
}
