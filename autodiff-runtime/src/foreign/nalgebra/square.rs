//! Square matrices: trace, determinant, inverse.

use nalgebra::{
    DMatrix, DefaultAllocator, Dim, DimMin, Matrix, OMatrix, Storage, allocator::Allocator,
};

use super::{Entry, add};
use crate::{DirectionRef, NoDerivative, Slot};

/// `a.trace()`.
pub trait Trace {
    /// What matrices are made of.
    type Entry;
    /// The adjoint.
    type Adjoint;
    /// What the reverse sweep contributes.
    fn trace_sweep(&self, seed: Self::Entry, slot: impl Slot<Self::Adjoint>);
    /// The value and its tangent.
    fn trace_tangent(
        &self,
        direction: impl DirectionRef<Self::Adjoint>,
    ) -> (Self::Entry, Self::Entry);
}

impl<T, D, S> Trace for Matrix<T, D, D, S>
where
    T: Entry,
    D: Dim,
    S: Storage<T, D, D>,
    DefaultAllocator: Allocator<D, D>,
{
    type Entry = T;
    type Adjoint = OMatrix<T, D, D>;

    #[inline]
    fn trace_sweep(&self, seed: T, mut slot: impl Slot<Self::Adjoint>) {
        if let Some(adjoint) = slot.get() {
            (0..self.nrows()).for_each(|i| adjoint[(i, i)] += seed);
        }
    }

    #[inline]
    fn trace_tangent(&self, direction: impl DirectionRef<Self::Adjoint>) -> (T, T) {
        (self.trace(), direction.get().map_or(T::zero(), Matrix::trace))
    }
}

/// `a.determinant()`.
pub trait Determinant {
    /// What matrices are made of.
    type Entry;
    /// The adjoint.
    type Adjoint;
    /// What the reverse sweep contributes.
    fn determinant_sweep(&self, seed: Self::Entry, slot: impl Slot<Self::Adjoint>);
    /// The value and its tangent.
    fn determinant_tangent(
        &self,
        direction: impl DirectionRef<Self::Adjoint>,
    ) -> (Self::Entry, Self::Entry);
}

impl<T, D, S> Determinant for Matrix<T, D, D, S>
where
    T: Entry,
    D: DimMin<D, Output = D>,
    S: Storage<T, D, D>,
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    type Entry = T;
    type Adjoint = OMatrix<T, D, D>;

    #[inline]
    fn determinant_sweep(&self, seed: T, mut slot: impl Slot<Self::Adjoint>) {
        add(&mut slot, || cofactors(self) * seed);
    }

    #[inline]
    fn determinant_tangent(&self, direction: impl DirectionRef<Self::Adjoint>) -> (T, T) {
        let tangent = direction.get().map_or(T::zero(), |d| cofactors(self).dot(d));
        (self.determinant(), tangent)
    }
}

/// The gradient of the determinant: the determinant times the transposed inverse, or minors where there is none.
pub(super) fn cofactors<T, D, S>(a: &Matrix<T, D, D, S>) -> OMatrix<T, D, D>
where
    T: Entry,
    D: DimMin<D, Output = D>,
    S: Storage<T, D, D>,
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    let determinant = a.determinant();
    if determinant != T::zero()
        && let Some(inverse) = a.clone_owned().try_inverse()
    {
        return inverse.transpose() * determinant;
    }
    let n = a.nrows();
    let mut all = crate::zero_like(a);
    for i in 0..n {
        for j in 0..n {
            let minor = DMatrix::from_fn(n - 1, n - 1, |r, c| {
                a[(r + usize::from(r >= i), c + usize::from(c >= j))]
            });
            let minor = if n == 1 { T::one() } else { minor.determinant() };
            all[(i, j)] = if (i + j) % 2 == 0 { minor } else { -minor };
        }
    }
    all
}

/// `a.try_inverse()`.
pub trait TryInverse {
    /// The inverse.
    type Value;
    /// The inverse of something that is needed again.
    fn try_inverse_primal(&self) -> Option<Self::Value>;
    /// What the reverse sweep contributes.
    fn try_inverse_sweep(&self, seed: (NoDerivative, Self::Value), slot: impl Slot<Self::Value>);
    /// The value and its tangent.
    fn try_inverse_tangent(
        &self,
        direction: impl DirectionRef<Self::Value>,
    ) -> ((bool, Self::Value), (NoDerivative, Self::Value));
}

impl<T, D, S> TryInverse for Matrix<T, D, D, S>
where
    T: Entry,
    D: Dim,
    S: Storage<T, D, D>,
    DefaultAllocator: Allocator<D, D>,
{
    type Value = OMatrix<T, D, D>;

    #[inline]
    fn try_inverse_primal(&self) -> Option<Self::Value> {
        self.clone_owned().try_inverse()
    }

    #[inline]
    fn try_inverse_sweep(
        &self,
        seed: (NoDerivative, Self::Value),
        mut slot: impl Slot<Self::Value>,
    ) {
        let Some(inverse) = self.try_inverse_primal() else { return };
        add(&mut slot, || through_inverse(&inverse.transpose(), &seed.1));
    }

    #[inline]
    fn try_inverse_tangent(
        &self,
        direction: impl DirectionRef<Self::Value>,
    ) -> ((bool, Self::Value), (NoDerivative, Self::Value)) {
        let zero = crate::zero_like(self);
        let Some(inverse) = self.try_inverse_primal() else {
            return ((false, zero.clone()), (NoDerivative, zero));
        };
        let tangent = direction.get().map_or(zero, |d| through_inverse(&inverse, d));
        ((true, inverse), (NoDerivative, tangent))
    }
}

/// The derivative of `a` -> `y`, its inverse: `-y d y`; that of the adjoint has the transpose of `y`.
pub(super) fn through_inverse<T: Entry, D: Dim>(
    y: &OMatrix<T, D, D>,
    d: &OMatrix<T, D, D>,
) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    -(y * d * y)
}
