//! `sum`, `mean` and the like, of all elements and along an axis.

use ndarray::{Array, ArrayBase, Axis, Data, Dimension, RemoveAxis};

use super::{Entry, add};
use crate::{DirectionRef, NoDerivative, Slot};

/// `a.sum()`.
pub trait ArraySum {
    /// What arrays are made of.
    type Entry;
    /// The adjoint.
    type Adjoint;
    /// What the reverse sweep contributes.
    fn sum_sweep(&self, seed: Self::Entry, slot: impl Slot<Self::Adjoint>);
    /// The value and its tangent.
    fn sum_tangent(
        &self,
        direction: impl DirectionRef<Self::Adjoint>,
    ) -> (Self::Entry, Self::Entry);
}

impl<T: Entry, S: Data<Elem = T>, D: Dimension> ArraySum for ArrayBase<S, D, T> {
    type Entry = T;
    type Adjoint = Array<T, D>;

    #[inline]
    fn sum_sweep(&self, seed: T, mut slot: impl Slot<Array<T, D>>) {
        if let Some(adjoint) = slot.get() {
            adjoint.map_inplace(|to| *to += seed);
        }
    }

    #[inline]
    fn sum_tangent(&self, direction: impl DirectionRef<Array<T, D>>) -> (T, T) {
        (self.sum(), direction.get().map_or(T::default(), |d| d.sum()))
    }
}

/// `a.product()`.
pub trait ArrayProduct {
    /// What arrays are made of.
    type Entry;
    /// The adjoint.
    type Adjoint;
    /// What the reverse sweep contributes.
    fn product_sweep(&self, seed: Self::Entry, slot: impl Slot<Self::Adjoint>);
    /// The value and its tangent.
    fn product_tangent(
        &self,
        direction: impl DirectionRef<Self::Adjoint>,
    ) -> (Self::Entry, Self::Entry);
}

/// The products of all others: right where one is zero, too.
fn others<T: Entry, S: Data<Elem = T>, D: Dimension>(a: &ArrayBase<S, D, T>) -> Array<T, D> {
    let mut all = Array::from_elem(a.raw_dim(), <T as crate::Float>::from_f64(1.0));
    let mut before = <T as crate::Float>::from_f64(1.0);
    for (to, x) in all.iter_mut().zip(a) {
        *to = before;
        before *= *x;
    }
    let mut after = <T as crate::Float>::from_f64(1.0);
    let backwards: alloc::vec::Vec<T> = a.iter().copied().collect();
    let n = backwards.len();
    let mut products = alloc::vec![after; n];
    for i in (0..n).rev() {
        products[i] = after;
        after *= backwards[i];
    }
    for (to, product) in all.iter_mut().zip(products) {
        *to *= product;
    }
    all
}

impl<T: Entry, S: Data<Elem = T>, D: Dimension> ArrayProduct for ArrayBase<S, D, T> {
    type Entry = T;
    type Adjoint = Array<T, D>;

    #[inline]
    fn product_sweep(&self, seed: T, mut slot: impl Slot<Array<T, D>>) {
        add(&mut slot, || others(self) * seed);
    }

    #[inline]
    fn product_tangent(&self, direction: impl DirectionRef<Array<T, D>>) -> (T, T) {
        (self.product(), direction.get().map_or(T::default(), |d| (others(self) * d).sum()))
    }
}

/// `a.mean()`.
pub trait ArrayMean {
    /// What arrays are made of.
    type Entry;
    /// The adjoint.
    type Adjoint;
    /// What the reverse sweep contributes.
    fn mean_sweep(&self, seed: (NoDerivative, Self::Entry), slot: impl Slot<Self::Adjoint>);
    /// The value and its tangent.
    fn mean_tangent(
        &self,
        direction: impl DirectionRef<Self::Adjoint>,
    ) -> ((bool, Self::Entry), (NoDerivative, Self::Entry));
}

impl<T: Entry, S: Data<Elem = T>, D: Dimension> ArrayMean for ArrayBase<S, D, T> {
    type Entry = T;
    type Adjoint = Array<T, D>;

    #[inline]
    fn mean_sweep(&self, seed: (NoDerivative, T), mut slot: impl Slot<Array<T, D>>) {
        if let Some(adjoint) = slot.get() {
            let part = seed.1 / T::of_count(self.len());
            adjoint.map_inplace(|to| *to += part);
        }
    }

    #[inline]
    fn mean_tangent(
        &self,
        direction: impl DirectionRef<Array<T, D>>,
    ) -> ((bool, T), (NoDerivative, T)) {
        let count = T::of_count(self.len());
        let mean = |sum: T| if self.is_empty() { T::default() } else { sum / count };
        let tangent = direction.get().map_or(T::default(), |d| mean(d.sum()));
        ((!self.is_empty(), mean(self.sum())), (NoDerivative, tangent))
    }
}

/// `a.sum_axis(axis)`.
pub trait SumAxis {
    /// The sums.
    type Value;
    /// The adjoint.
    type Adjoint;
    /// What the reverse sweep contributes.
    fn sum_axis_sweep(&self, axis: Axis, seed: Self::Value, slot: impl Slot<Self::Adjoint>);
    /// The value and its tangent.
    fn sum_axis_tangent(
        &self,
        axis: Axis,
        direction: impl DirectionRef<Self::Adjoint>,
        no_axis: impl Sized,
    ) -> (Self::Value, Self::Value);
}

impl<T: Entry, S: Data<Elem = T>, D: RemoveAxis> SumAxis for ArrayBase<S, D, T> {
    type Value = Array<T, D::Smaller>;
    type Adjoint = Array<T, D>;

    #[inline]
    fn sum_axis_sweep(&self, axis: Axis, seed: Self::Value, mut slot: impl Slot<Array<T, D>>) {
        if let Some(adjoint) = slot.get() {
            adjoint.axis_iter_mut(axis).for_each(|mut part| part += &seed);
        }
    }

    #[inline]
    fn sum_axis_tangent(
        &self,
        axis: Axis,
        direction: impl DirectionRef<Array<T, D>>,
        _: impl Sized,
    ) -> (Self::Value, Self::Value) {
        let value = self.sum_axis(axis);
        let tangent = match direction.get() {
            Some(direction) => direction.sum_axis(axis),
            None => crate::zero_like(&value),
        };
        (value, tangent)
    }
}
