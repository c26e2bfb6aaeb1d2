//! Parts of vectors and matrices: rows, columns and blocks, read as views and written.

use nalgebra::{
    Const, DefaultAllocator, Dim, Dyn, Matrix, OMatrix, OVector, Storage, StorageMut,
    allocator::Allocator,
};

use super::Entry;
use crate::{Direction, DirectionMut, DirectionRef, Slot};

/// Nothing is contributed to indices and sizes.
type Pair = ((), ());

/// Methods that yield a view: the adjoint of the view is added to the same part of the adjoint.
macro_rules! part {
    ($($trait:ident $name:ident $sweep:ident $tangent:ident $mutable:ident
        ($($arg:ident $zero:ident: $ty:ty),*) -> [$rows:ty, $columns:ty], $nothing:ty;)+) => {
        $(
            #[doc = concat!("`a.", stringify!($name), "(..)`.")]
            pub trait $trait {
                /// The part.
                type Value;
                /// The adjoint of the whole.
                type Adjoint;
                /// What the reverse sweep contributes.
                fn $sweep(&self, $($arg: $ty,)* seed: Self::Value, slot: impl Slot<Self::Adjoint>) -> $nothing;
                /// The value and its tangent.
                fn $tangent(
                    &self,
                    $($arg: $ty,)*
                    direction: impl DirectionRef<Self::Adjoint>,
                    $($zero: impl Sized,)*
                ) -> (Self::Value, Self::Value);
            }

            impl<T, R, C, S> $trait for Matrix<T, R, C, S>
            where
                T: Entry,
                R: Dim,
                C: Dim,
                S: Storage<T, R, C>,
                DefaultAllocator: Allocator<R, C> + Allocator<$rows, $columns>,
            {
                type Value = OMatrix<T, $rows, $columns>;
                type Adjoint = OMatrix<T, R, C>;

                #[inline]
                fn $sweep(&self, $($arg: $ty,)* seed: Self::Value, mut slot: impl Slot<Self::Adjoint>) -> $nothing {
                    if let Some(adjoint) = slot.get() {
                        let mut part = adjoint.$mutable($($arg),*);
                        part.iter_mut().zip(seed.iter()).for_each(|(to, from)| *to += *from);
                    }
                    <$nothing>::default()
                }

                #[inline]
                fn $tangent(
                    &self,
                    $($arg: $ty,)*
                    direction: impl DirectionRef<Self::Adjoint>,
                    $($zero: impl Sized,)*
                ) -> (Self::Value, Self::Value) {
                    $(let _ = $zero;)*
                    let value = self.$name($($arg),*).clone_owned();
                    let tangent = match direction.get() {
                        Some(direction) => direction.$name($($arg),*).clone_owned(),
                        None => crate::zero_like(&value),
                    };
                    (value, tangent)
                }
            }
        )+
    };
}
part! {
    Row row row_sweep row_tangent row_mut (i no_i: usize) -> [Const<1>, C], ();
    Column column column_sweep column_tangent column_mut (j no_j: usize) -> [R, Const<1>], ();
    Rows rows rows_sweep rows_tangent rows_mut (i no_i: usize, n no_n: usize) -> [Dyn, C], ();
    Columns columns columns_sweep columns_tangent columns_mut (j no_j: usize, n no_n: usize) -> [R, Dyn], ();
    View view view_sweep view_tangent view_mut
        (at no_at: (usize, usize), shape no_shape: (usize, usize)) -> [Dyn, Dyn], (Pair, Pair);
}

/// Methods that yield a view of a size in their turbofish.
macro_rules! fixed_part {
    ($($trait:ident $name:ident $sweep:ident $tangent:ident $mutable:ident [$($n:ident),*]
        ($($arg:ident $zero:ident),*) |$r:ident, $c:ident| -> [$rows:ty, $columns:ty];)+) => {
        $(
            #[doc = concat!("`a.", stringify!($name), "::<..>(..)`.")]
            pub trait $trait<T: Entry, $r: Dim, $c: Dim> {
                /// What the reverse sweep contributes.
                fn $sweep<$(const $n: usize),*>(
                    &self,
                    $($arg: usize,)*
                    seed: OMatrix<T, $rows, $columns>,
                    slot: impl Slot<OMatrix<T, $r, $c>>,
                ) where
                    DefaultAllocator: Allocator<$r, $c> + Allocator<$rows, $columns>;
                /// The value and its tangent.
                fn $tangent<$(const $n: usize),*>(
                    &self,
                    $($arg: usize,)*
                    direction: impl DirectionRef<OMatrix<T, $r, $c>>,
                    $($zero: impl Sized,)*
                ) -> (OMatrix<T, $rows, $columns>, OMatrix<T, $rows, $columns>)
                where
                    DefaultAllocator: Allocator<$r, $c> + Allocator<$rows, $columns>;
            }

            impl<T: Entry, $r: Dim, $c: Dim, S: Storage<T, $r, $c>> $trait<T, $r, $c> for Matrix<T, $r, $c, S> {
                #[inline]
                fn $sweep<$(const $n: usize),*>(
                    &self,
                    $($arg: usize,)*
                    seed: OMatrix<T, $rows, $columns>,
                    mut slot: impl Slot<OMatrix<T, $r, $c>>,
                ) where
                    DefaultAllocator: Allocator<$r, $c> + Allocator<$rows, $columns>,
                {
                    if let Some(adjoint) = slot.get() {
                        let mut part = adjoint.$mutable::<$($n),*>($($arg),*);
                        part.iter_mut().zip(seed.iter()).for_each(|(to, from)| *to += *from);
                    }
                }

                #[inline]
                fn $tangent<$(const $n: usize),*>(
                    &self,
                    $($arg: usize,)*
                    direction: impl DirectionRef<OMatrix<T, $r, $c>>,
                    $($zero: impl Sized,)*
                ) -> (OMatrix<T, $rows, $columns>, OMatrix<T, $rows, $columns>)
                where
                    DefaultAllocator: Allocator<$r, $c> + Allocator<$rows, $columns>,
                {
                    $(let _ = $zero;)*
                    let value = self.$name::<$($n),*>($($arg),*).clone_owned();
                    let tangent = match direction.get() {
                        Some(direction) => direction.$name::<$($n),*>($($arg),*).clone_owned(),
                        None => crate::zero_like(&value),
                    };
                    (value, tangent)
                }
            }
        )+
    };
}
fixed_part! {
    FixedRows fixed_rows fixed_rows_sweep fixed_rows_tangent fixed_rows_mut [N] (i no_i) |R, C| -> [Const<N>, C];
    FixedColumns fixed_columns fixed_columns_sweep fixed_columns_tangent fixed_columns_mut
        [N] (j no_j) |R, C| -> [R, Const<N>];
    FixedView fixed_view fixed_view_sweep fixed_view_tangent fixed_view_mut
        [N, M] (i no_i, j no_j) |R, C| -> [Const<N>, Const<M>];
}

/// `a.diagonal()`.
pub trait Diagonal {
    /// The diagonal.
    type Value;
    /// The adjoint of the whole.
    type Adjoint;
    /// What the reverse sweep contributes.
    fn diagonal_sweep(&self, seed: Self::Value, slot: impl Slot<Self::Adjoint>);
    /// The value and its tangent.
    fn diagonal_tangent(
        &self,
        direction: impl DirectionRef<Self::Adjoint>,
    ) -> (Self::Value, Self::Value);
}

impl<T, D, S> Diagonal for Matrix<T, D, D, S>
where
    T: Entry,
    D: Dim,
    S: Storage<T, D, D>,
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    type Value = OVector<T, D>;
    type Adjoint = OMatrix<T, D, D>;

    #[inline]
    fn diagonal_sweep(&self, seed: Self::Value, mut slot: impl Slot<Self::Adjoint>) {
        if let Some(adjoint) = slot.get() {
            (0..seed.len()).for_each(|i| adjoint[(i, i)] += seed[i]);
        }
    }

    #[inline]
    fn diagonal_tangent(
        &self,
        direction: impl DirectionRef<Self::Adjoint>,
    ) -> (Self::Value, Self::Value) {
        let value = self.diagonal();
        let tangent = match direction.get() {
            Some(direction) => direction.diagonal(),
            None => crate::zero_like(&value),
        };
        (value, tangent)
    }
}

/// Methods that overwrite a part by a vector.
macro_rules! set {
    ($($trait:ident $name:ident $sweep:ident $tangent:ident ($($i:ident $zero:ident)?) |$adjoint:ident| $part:expr;)+) => {
        $(
            #[doc = concat!("`a.", stringify!($name), "(.., &v)`.")]
            pub trait $trait<V> {
                /// The adjoint of the whole.
                type Adjoint;
                /// The adjoint of what is written.
                type Part;
                /// What was overwritten has no adjoint, and what was written has that of the part.
                fn $sweep(
                    &self,
                    $($i: usize,)?
                    part: &V,
                    slot: impl Slot<Self::Adjoint>,
                    part_slot: impl Slot<Self::Part>,
                );
                /// The same to the value and to its tangent.
                fn $tangent(
                    &mut self,
                    $($i: usize,)?
                    part: &V,
                    direction: impl DirectionMut<Self::Adjoint>,
                    $($zero: impl Sized,)?
                    part_direction: impl DirectionRef<Self::Part>,
                ) -> ((), ());
            }

            impl<T, R, C, S, R2, C2, S2> $trait<Matrix<T, R2, C2, S2>> for Matrix<T, R, C, S>
            where
                T: Entry,
                R: Dim,
                C: Dim,
                R2: Dim,
                C2: Dim,
                S: StorageMut<T, R, C>,
                S2: Storage<T, R2, C2>,
                DefaultAllocator: Allocator<R, C> + Allocator<R2, C2>,
            {
                type Adjoint = OMatrix<T, R, C>;
                type Part = OMatrix<T, R2, C2>;

                #[inline]
                fn $sweep(
                    &self,
                    $($i: usize,)?
                    _: &Matrix<T, R2, C2, S2>,
                    mut slot: impl Slot<Self::Adjoint>,
                    mut part_slot: impl Slot<Self::Part>,
                ) {
                    let Some($adjoint) = slot.get() else { return };
                    let mut written = $part;
                    if let Some(part) = part_slot.get() {
                        part.iter_mut().zip(written.iter()).for_each(|(to, from)| *to += *from);
                    }
                    written.fill(T::zero());
                }

                #[inline]
                fn $tangent(
                    &mut self,
                    $($i: usize,)?
                    part: &Matrix<T, R2, C2, S2>,
                    mut direction: impl DirectionMut<Self::Adjoint>,
                    $($zero: impl Sized,)?
                    part_direction: impl DirectionRef<Self::Part>,
                ) -> ((), ()) {
                    $(let _ = $zero;)?
                    let $adjoint = &mut *self;
                    let mut written = $part;
                    assert_eq!(written.len(), part.len(), "the size of what is overwritten");
                    written.iter_mut().zip(part.iter()).for_each(|(to, from)| *to = *from);
                    if let Some($adjoint) = direction.get() {
                        let mut written = $part;
                        match part_direction.get() {
                            Some(part) => written.iter_mut().zip(part.iter()).for_each(|(to, from)| *to = *from),
                            None => written.fill(T::zero()),
                        }
                    }
                    ((), ())
                }
            }
        )+
    };
}
set! {
    SetRow set_row set_row_sweep set_row_tangent (i no_i) |a| a.row_mut(i);
    SetColumn set_column set_column_sweep set_column_tangent (j no_j) |a| a.column_mut(j);
    CopyFrom copy_from copy_from_sweep copy_from_tangent () |a| a.as_view_mut();
}

/// `a.fill(k)`.
pub trait Fill {
    /// What matrices are made of.
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

impl<T, R, C, S> Fill for Matrix<T, R, C, S>
where
    T: Entry,
    R: Dim,
    C: Dim,
    S: StorageMut<T, R, C>,
    DefaultAllocator: Allocator<R, C>,
{
    type Entry = T;
    type Adjoint = OMatrix<T, R, C>;

    #[inline]
    fn fill_sweep(&self, _: T, mut slot: impl Slot<Self::Adjoint>) -> T {
        slot.get().map_or(T::zero(), |adjoint| {
            let all = adjoint.sum();
            adjoint.fill(T::zero());
            all
        })
    }

    #[inline]
    fn fill_tangent(
        &mut self,
        value: T,
        mut direction: impl DirectionMut<Self::Adjoint>,
        value_direction: impl Direction<T>,
    ) -> ((), ()) {
        self.fill(value);
        if let Some(direction) = direction.get() {
            direction.fill(value_direction.get().unwrap_or(T::zero()));
        }
        ((), ())
    }
}
