//! Parts of arrays, read as views and written.

use ndarray::{
    Array, Array1, ArrayBase, ArrayRef, Axis, Data, DataMut, Dimension, Ix1, Ix2, RemoveAxis,
};

use super::{Entry, shrunk};
use crate::{Direction, DirectionMut, DirectionRef, Slot};

/// Methods that yield a view, or a copy: the adjoint is added to the same part of the adjoint.
macro_rules! part {
    ($($trait:ident $name:ident $sweep:ident $tangent:ident ($($arg:ident $zero:ident: $ty:ty)?) [$of:ty] [$($bound:tt)*]
        -> $value:ty, |$adjoint:ident| $mutable:expr, |$whole:ident| $read:expr;)+) => {
        $(
            #[doc = concat!("`a.", stringify!($name), "(..)`.")]
            pub trait $trait {
                /// The part.
                type Value;
                /// The adjoint of the whole.
                type Adjoint;
                /// What the reverse sweep contributes.
                fn $sweep(&self, $($arg: $ty,)? seed: Self::Value, slot: impl Slot<Self::Adjoint>);
                /// The value and its tangent.
                fn $tangent(
                    &self,
                    $($arg: $ty,)?
                    direction: impl DirectionRef<Self::Adjoint>,
                    $($zero: impl Sized,)?
                ) -> (Self::Value, Self::Value);
            }

            impl<T: Entry, S: Data<Elem = T>, $($bound)*> $trait for ArrayBase<S, $of, T> {
                type Value = $value;
                type Adjoint = Array<T, $of>;

                #[inline]
                fn $sweep(&self, $($arg: $ty,)? seed: Self::Value, mut slot: impl Slot<Self::Adjoint>) {
                    if let Some($adjoint) = slot.get() {
                        let mut part = $mutable;
                        part += &seed;
                    }
                }

                #[inline]
                fn $tangent(
                    &self,
                    $($arg: $ty,)?
                    direction: impl DirectionRef<Self::Adjoint>,
                    $($zero: impl Sized,)?
                ) -> (Self::Value, Self::Value) {
                    $(let _ = $zero;)?
                    let $whole: &ArrayRef<T, $of> = self;
                    let value = $read.to_owned();
                    let tangent = match direction.get() {
                        Some($whole) => $read.to_owned(),
                        None => crate::zero_like(&value),
                    };
                    (value, tangent)
                }
            }
        )+
    };
}
part! {
    ArrayT t t_sweep t_tangent () [D] [D: Dimension] -> Array<T, D>, |a| a.view_mut().reversed_axes(), |a| a.t();
    ArrayRow row row_sweep row_tangent (i no_i: usize) [Ix2] [] -> Array1<T>, |a| a.row_mut(i), |a| a.row(i);
    ArrayColumn column column_sweep column_tangent (j no_j: usize) [Ix2] [] -> Array1<T>,
        |a| a.column_mut(j), |a| a.column(j);
    ArrayDiag diag diag_sweep diag_tangent () [D] [D: Dimension] -> Array1<T>, |a| a.diag_mut(), |a| a.diag();
    ArrayToOwned to_owned to_owned_sweep to_owned_tangent () [D] [D: Dimension] -> Array<T, D>,
        |a| a.view_mut(), |a| a.view();
    ArrayView view view_sweep view_tangent () [D] [D: Dimension] -> Array<T, D>, |a| a.view_mut(), |a| a.view();
}

/// `a.index_axis(axis, i)`.
pub trait IndexAxis {
    /// The part.
    type Value;
    /// The adjoint of the whole.
    type Adjoint;
    /// What the reverse sweep contributes.
    fn index_axis_sweep(
        &self,
        axis: Axis,
        i: usize,
        seed: Self::Value,
        slot: impl Slot<Self::Adjoint>,
    );
    /// The value and its tangent.
    fn index_axis_tangent(
        &self,
        axis: Axis,
        i: usize,
        direction: impl DirectionRef<Self::Adjoint>,
        no_axis: impl Sized,
        no_i: impl Sized,
    ) -> (Self::Value, Self::Value);
}

impl<T: Entry, S: Data<Elem = T>, D: RemoveAxis> IndexAxis for ArrayBase<S, D, T> {
    type Value = Array<T, D::Smaller>;
    type Adjoint = Array<T, D>;

    #[inline]
    fn index_axis_sweep(
        &self,
        axis: Axis,
        i: usize,
        seed: Self::Value,
        mut slot: impl Slot<Array<T, D>>,
    ) {
        if let Some(adjoint) = slot.get() {
            let mut part = adjoint.index_axis_mut(axis, i);
            part += &seed;
        }
    }

    #[inline]
    fn index_axis_tangent(
        &self,
        axis: Axis,
        i: usize,
        direction: impl DirectionRef<Array<T, D>>,
        _: impl Sized,
        _: impl Sized,
    ) -> (Self::Value, Self::Value) {
        let value = self.index_axis(axis, i).to_owned();
        let tangent = match direction.get() {
            Some(direction) => direction.index_axis(axis, i).to_owned(),
            None => crate::zero_like(&value),
        };
        (value, tangent)
    }
}

/// `a.fill(k)`.
pub trait ArrayFill {
    /// What arrays are made of.
    type Entry;
    /// The adjoint.
    type Adjoint;
    /// What was overwritten has no adjoint; that of the number is returned.
    fn fill_sweep(&self, value: Self::Entry, slot: impl Slot<Self::Adjoint>) -> Self::Entry;
    /// The same to the value and to its tangent.
    fn fill_tangent(
        &mut self,
        value: Self::Entry,
        direction: impl DirectionMut<Self::Adjoint>,
        value_direction: impl Direction<Self::Entry>,
    ) -> ((), ());
}

impl<T: Entry, S: DataMut<Elem = T>, D: Dimension> ArrayFill for ArrayBase<S, D, T> {
    type Entry = T;
    type Adjoint = Array<T, D>;

    #[inline]
    fn fill_sweep(&self, _: T, mut slot: impl Slot<Array<T, D>>) -> T {
        slot.get().map_or(T::default(), |adjoint| {
            let all = adjoint.sum();
            adjoint.fill(T::default());
            all
        })
    }

    #[inline]
    fn fill_tangent(
        &mut self,
        value: T,
        mut direction: impl DirectionMut<Array<T, D>>,
        value_direction: impl Direction<T>,
    ) -> ((), ()) {
        self.fill(value);
        if let Some(direction) = direction.get() {
            direction.fill(value_direction.get().unwrap_or_default());
        }
        ((), ())
    }
}

/// `a.assign(&b)`: `b` is broadcast.
pub trait ArrayAssign<B> {
    /// The adjoint of the whole.
    type Adjoint;
    /// The adjoint of what is written.
    type Part;
    /// What was overwritten has no adjoint, and what was written has that of the array.
    fn assign_sweep(
        &self,
        from: &B,
        slot: impl Slot<Self::Adjoint>,
        from_slot: impl Slot<Self::Part>,
    );
    /// The same to the value and to its tangent.
    fn assign_tangent(
        &mut self,
        from: &B,
        direction: impl DirectionMut<Self::Adjoint>,
        from_direction: impl DirectionRef<Self::Part>,
    ) -> ((), ());
}

impl<T, S, S2, D, E> ArrayAssign<ArrayBase<S2, E, T>> for ArrayBase<S, D, T>
where
    T: Entry,
    S: DataMut<Elem = T>,
    S2: Data<Elem = T>,
    D: Dimension,
    E: Dimension,
{
    type Adjoint = Array<T, D>;
    type Part = Array<T, E>;

    #[inline]
    fn assign_sweep(
        &self,
        from: &ArrayBase<S2, E, T>,
        mut slot: impl Slot<Array<T, D>>,
        mut from_slot: impl Slot<Array<T, E>>,
    ) {
        if let Some(adjoint) = slot.get() {
            super::add(&mut from_slot, || shrunk(adjoint.clone(), from));
            adjoint.fill(T::default());
        }
    }

    #[inline]
    fn assign_tangent(
        &mut self,
        from: &ArrayBase<S2, E, T>,
        mut direction: impl DirectionMut<Array<T, D>>,
        from_direction: impl DirectionRef<Array<T, E>>,
    ) -> ((), ()) {
        self.assign(from);
        if let Some(direction) = direction.get() {
            match from_direction.get() {
                Some(from) => direction.assign(from),
                None => direction.fill(T::default()),
            }
        }
        ((), ())
    }
}

/// Vectors made of numbers: `Array1::from_vec(v)`.
pub trait ArrayFromVec<T>: Sized {
    /// What the reverse sweep contributes.
    fn from_vec_path_sweep(numbers: alloc::vec::Vec<T>, seed: Array1<T>) -> alloc::vec::Vec<T>;
    /// The value and its tangent.
    fn from_vec_path_tangent(
        numbers: alloc::vec::Vec<T>,
        direction: impl Direction<alloc::vec::Vec<T>>,
    ) -> (Array1<T>, Array1<T>);
}

impl<T: Entry> ArrayFromVec<T> for ArrayBase<ndarray::OwnedRepr<T>, Ix1, T> {
    #[inline]
    fn from_vec_path_sweep(_: alloc::vec::Vec<T>, seed: Array1<T>) -> alloc::vec::Vec<T> {
        seed.to_vec()
    }

    #[inline]
    fn from_vec_path_tangent(
        numbers: alloc::vec::Vec<T>,
        direction: impl Direction<alloc::vec::Vec<T>>,
    ) -> (Array1<T>, Array1<T>) {
        let value = Array1::from_vec(numbers);
        let tangent = match direction.get() {
            Some(direction) => Array1::from_vec(direction),
            None => crate::zero_like(&value),
        };
        (value, tangent)
    }
}

/// The elements one after the other, and back: what `map` with a closure goes through.
pub trait Flat<T: Entry, D: Dimension> {
    /// The elements, the last index fastest.
    fn flat(&self) -> Array1<T>;
    /// What the reverse sweep contributes.
    fn flat_sweep(&self, seed: Array1<T>, slot: impl Slot<Array<T, D>>);
    /// The value and its tangent.
    fn flat_tangent(&self, direction: impl DirectionRef<Array<T, D>>) -> (Array1<T>, Array1<T>);
}

impl<T: Entry, S: Data<Elem = T>, D: Dimension> Flat<T, D> for ArrayBase<S, D, T> {
    #[inline]
    fn flat(&self) -> Array1<T> {
        self.iter().copied().collect()
    }

    #[inline]
    fn flat_sweep(&self, seed: Array1<T>, mut slot: impl Slot<Array<T, D>>) {
        if let Some(adjoint) = slot.get() {
            adjoint.iter_mut().zip(&seed).for_each(|(to, from)| *to += *from);
        }
    }

    #[inline]
    fn flat_tangent(&self, direction: impl DirectionRef<Array<T, D>>) -> (Array1<T>, Array1<T>) {
        let value = self.flat();
        let tangent = match direction.get() {
            Some(direction) => direction.flat(),
            None => crate::zero_like(&value),
        };
        (value, tangent)
    }
}

/// The shape of another array for the elements of a flat one.
pub trait ShapedLike<T: Entry, L> {
    /// The array.
    type Value;
    /// The elements in this shape.
    fn shaped_like(&self, like: &L) -> Self::Value;
    /// What the reverse sweep contributes: to the shape, nothing.
    fn shaped_like_sweep(
        &self,
        like: &L,
        seed: Self::Value,
        slot: impl Slot<Array1<T>>,
        like_slot: impl Slot<Self::Value>,
    );
    /// The value and its tangent.
    fn shaped_like_tangent(
        &self,
        like: &L,
        direction: impl DirectionRef<Array1<T>>,
        like_direction: impl DirectionRef<Self::Value>,
    ) -> (Self::Value, Self::Value);
}

impl<T, S, S2, D> ShapedLike<T, ArrayBase<S2, D, T>> for ArrayBase<S, Ix1, T>
where
    T: Entry,
    S: Data<Elem = T>,
    S2: Data<Elem = T>,
    D: Dimension,
{
    type Value = Array<T, D>;

    #[inline]
    fn shaped_like(&self, like: &ArrayBase<S2, D, T>) -> Array<T, D> {
        let mut value = Array::zeros(like.raw_dim());
        value.iter_mut().zip(self).for_each(|(to, from)| *to = *from);
        value
    }

    #[inline]
    fn shaped_like_sweep(
        &self,
        _: &ArrayBase<S2, D, T>,
        seed: Array<T, D>,
        mut slot: impl Slot<Array1<T>>,
        _: impl Slot<Array<T, D>>,
    ) {
        super::add(&mut slot, || seed.flat());
    }

    #[inline]
    fn shaped_like_tangent(
        &self,
        like: &ArrayBase<S2, D, T>,
        direction: impl DirectionRef<Array1<T>>,
        _: impl DirectionRef<Array<T, D>>,
    ) -> (Array<T, D>, Array<T, D>) {
        let value = self.shaped_like(like);
        let tangent = match direction.get() {
            Some(direction) => direction.shaped_like(like),
            None => crate::zero_like(&value),
        };
        (value, tangent)
    }
}
