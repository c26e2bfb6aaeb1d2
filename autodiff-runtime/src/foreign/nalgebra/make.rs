//! Vectors and matrices made of numbers.

use alloc::vec::Vec;

use nalgebra::{
    Const, DMatrix, DVector, DefaultAllocator, Dim, Matrix, OMatrix, OVector, SMatrix, Storage,
    allocator::Allocator,
};

use super::Entry;
use crate::{Direction, DirectionRef, Slot};

macro_rules! number {
    ($name:ident) => {
        T
    };
}

/// `Vector3::new(x, y, z)`: the numbers row by row.
macro_rules! new {
    ($($trait:ident: $numbers:tt, $($rows:literal x $columns:literal),+;)+) => {
        $(
            new!(@trait $trait $numbers);
            $(new!(@impl $trait $numbers $rows $columns);)+
        )+
    };
    (@trait $trait:ident ($($x:ident $d:ident)+)) => {
        #[doc = "`new(..)` of vectors and matrices with as many numbers."]
        #[allow(clippy::too_many_arguments)]
        pub trait $trait<T>: Sized {
            /// What the reverse sweep contributes.
            fn new_path_sweep($($x: T,)+ seed: Self) -> ($(number!($x)),+);
            /// The value and its tangent.
            fn new_path_tangent($($x: T,)+ $($d: impl Direction<T>),+) -> (Self, Self);
        }
    };
    (@impl $trait:ident ($($x:ident $d:ident)+) $rows:literal $columns:literal) => {
        impl<T: Entry> $trait<T> for SMatrix<T, $rows, $columns> {
            #[inline]
            fn new_path_sweep($($x: T,)+ seed: Self) -> ($(number!($x)),+) {
                $(let _ = $x;)+
                let rows = seed.transpose();
                let mut numbers = rows.iter();
                $(let $x = numbers.next().copied().unwrap_or(T::zero());)+
                ($($x),+)
            }

            #[inline]
            fn new_path_tangent($($x: T,)+ $($d: impl Direction<T>),+) -> (Self, Self) {
                (Self::new($($x),+), Self::new($($d.get().unwrap_or(T::zero())),+))
            }
        }
    };
}
new! {
    New2: (a da b db), 2 x 1, 1 x 2;
    New3: (a da b db c dc), 3 x 1, 1 x 3;
    New4: (a da b db c dc d dd), 4 x 1, 1 x 4, 2 x 2;
    New5: (a da b db c dc d dd e de), 5 x 1, 1 x 5;
    New6: (a da b db c dc d dd e de f df), 6 x 1, 1 x 6, 2 x 3, 3 x 2;
    New8: (a da b db c dc d dd e de f df g dg h dh), 2 x 4, 4 x 2;
    New9: (a da b db c dc d dd e de f df g dg h dh i di), 3 x 3;
    New12: (a da b db c dc d dd e de f df g dg h dh i di j dj k dk l dl), 3 x 4, 4 x 3;
    New16: (a da b db c dc d dd e de f df g dg h dh i di j dj k dk l dl m dm n dn o do_ p dp), 4 x 4;
}

/// Of a slice, row by row or column by column.
macro_rules! from_slice {
    ($($trait:ident $name:ident $sweep:ident $tangent:ident |$seed:ident| $in_order:expr,
        $of:ty [$($generics:tt)*] ($($size:ident $no_size:ident),*);)+) => {
        $(
            #[doc = concat!("`", stringify!($name), "(.., &numbers)`.")]
            pub trait $trait<T>: Sized {
                /// What the reverse sweep contributes.
                fn $sweep($($size: usize,)* numbers: &[T], seed: Self, slot: impl Slot<[T]>);
                /// The value and its tangent.
                fn $tangent(
                    $($size: usize,)*
                    numbers: &[T],
                    $($no_size: impl Sized,)*
                    direction: impl DirectionRef<[T]>,
                ) -> (Self, Self);
            }

            impl<T: Entry, $($generics)*> $trait<T> for $of {
                #[inline]
                fn $sweep($($size: usize,)* _: &[T], $seed: Self, mut slot: impl Slot<[T]>) {
                    $(let _ = $size;)*
                    if let Some(adjoint) = slot.get() {
                        let in_order = $in_order;
                        adjoint.iter_mut().zip(in_order.iter()).for_each(|(to, from)| *to += *from);
                    }
                }

                #[inline]
                fn $tangent(
                    $($size: usize,)*
                    numbers: &[T],
                    $($no_size: impl Sized,)*
                    direction: impl DirectionRef<[T]>,
                ) -> (Self, Self) {
                    $(let _ = $no_size;)*
                    let value = Self::$name($($size,)* numbers);
                    let tangent = match direction.get() {
                        Some(direction) => Self::$name($($size,)* direction),
                        None => crate::zero_like(&value),
                    };
                    (value, tangent)
                }
            }
        )+
    };
}
from_slice! {
    StaticFromRows from_row_slice from_row_slice_path_sweep from_row_slice_path_tangent |seed| seed.transpose(),
        SMatrix<T, R, C> [const R: usize, const C: usize] ();
    VectorFromRows from_row_slice from_row_slice_path_sweep from_row_slice_path_tangent |seed| seed, DVector<T> [] ();
    MatrixFromRows from_row_slice from_row_slice_path_sweep from_row_slice_path_tangent |seed| seed.transpose(),
        DMatrix<T> [] (rows no_rows, columns no_columns);
    StaticFromColumns from_column_slice from_column_slice_path_sweep from_column_slice_path_tangent |seed| seed,
        SMatrix<T, R, C> [const R: usize, const C: usize] ();
    VectorFromColumns from_column_slice from_column_slice_path_sweep from_column_slice_path_tangent |seed| seed, DVector<T> [] ();
    MatrixFromColumns from_column_slice from_column_slice_path_sweep from_column_slice_path_tangent |seed| seed,
        DMatrix<T> [] (rows no_rows, columns no_columns);
}

/// Of a vector, column by column, or of one number.
macro_rules! from_owned {
    ($($trait:ident $name:ident $sweep:ident $tangent:ident $data:ty, |$seed:ident| $pull:expr,
        $of:ty [$($generics:tt)*] ($($size:ident $no_size:ident),*) -> $contribution:ty, |$contributed:ident| $tuple:expr;)+) => {
        $(
            #[doc = concat!("`", stringify!($name), "(.., numbers)`.")]
            pub trait $trait<T>: Sized {
                /// What the reverse sweep contributes.
                fn $sweep($($size: usize,)* numbers: $data, seed: Self) -> $contribution;
                /// The value and its tangent.
                fn $tangent(
                    $($size: usize,)*
                    numbers: $data,
                    $($no_size: impl Sized,)*
                    direction: impl Direction<$data>,
                ) -> (Self, Self);
            }

            impl<T: Entry, $($generics)*> $trait<T> for $of {
                #[inline]
                fn $sweep($($size: usize,)* _: $data, $seed: Self) -> $contribution {
                    $(let _ = $size;)*
                    let $contributed = $pull;
                    $tuple
                }

                #[inline]
                fn $tangent(
                    $($size: usize,)*
                    numbers: $data,
                    $($no_size: impl Sized,)*
                    direction: impl Direction<$data>,
                ) -> (Self, Self) {
                    $(let _ = $no_size;)*
                    let value = Self::$name($($size,)* numbers);
                    let tangent = match direction.get() {
                        Some(direction) => Self::$name($($size,)* direction),
                        None => crate::zero_like(&value),
                    };
                    (value, tangent)
                }
            }
        )+
    };
}
from_owned! {
    StaticFromVec from_vec from_vec_path_sweep from_vec_path_tangent Vec<T>, |seed| seed.as_slice().to_vec(),
        SMatrix<T, R, C> [const R: usize, const C: usize] () -> Vec<T>, |d| d;
    VectorFromVec from_vec from_vec_path_sweep from_vec_path_tangent Vec<T>, |seed| seed.as_slice().to_vec(),
        DVector<T> [] () -> Vec<T>, |d| d;
    MatrixFromVec from_vec from_vec_path_sweep from_vec_path_tangent Vec<T>, |seed| seed.as_slice().to_vec(),
        DMatrix<T> [] (rows no_rows, columns no_columns) -> ((), (), Vec<T>), |d| ((), (), d);
    StaticFromElement from_element from_element_path_sweep from_element_path_tangent T, |seed| seed.sum(),
        SMatrix<T, R, C> [const R: usize, const C: usize] () -> T, |d| d;
    VectorFromElement from_element from_element_path_sweep from_element_path_tangent T, |seed| seed.sum(),
        DVector<T> [] (rows no_rows) -> ((), T), |d| ((), d);
    MatrixFromElement from_element from_element_path_sweep from_element_path_tangent T, |seed| seed.sum(),
        DMatrix<T> [] (rows no_rows, columns no_columns) -> ((), (), T), |d| ((), (), d);
}

/// `from_diagonal(&v)`.
pub trait FromDiagonal<T: Entry, D: Dim>: Sized
where
    DefaultAllocator: Allocator<D>,
{
    /// What the reverse sweep contributes.
    fn from_diagonal_path_sweep<S: Storage<T, D>>(
        diagonal: &Matrix<T, D, Const<1>, S>,
        seed: Self,
        slot: impl Slot<OVector<T, D>>,
    );
    /// The value and its tangent.
    fn from_diagonal_path_tangent<S: Storage<T, D>>(
        diagonal: &Matrix<T, D, Const<1>, S>,
        direction: impl DirectionRef<OVector<T, D>>,
    ) -> (Self, Self);
}

impl<T: Entry, D: Dim> FromDiagonal<T, D> for OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    #[inline]
    fn from_diagonal_path_sweep<S: Storage<T, D>>(
        _: &Matrix<T, D, Const<1>, S>,
        seed: Self,
        mut slot: impl Slot<OVector<T, D>>,
    ) {
        if let Some(adjoint) = slot.get() {
            *adjoint += seed.diagonal();
        }
    }

    #[inline]
    fn from_diagonal_path_tangent<S: Storage<T, D>>(
        diagonal: &Matrix<T, D, Const<1>, S>,
        direction: impl DirectionRef<OVector<T, D>>,
    ) -> (Self, Self) {
        let value = OMatrix::from_diagonal(diagonal);
        let tangent = match direction.get() {
            Some(direction) => OMatrix::from_diagonal(direction),
            None => crate::zero_like(&value),
        };
        (value, tangent)
    }
}
