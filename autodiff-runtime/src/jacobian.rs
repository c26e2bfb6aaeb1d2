//! The shapes of Jacobians and Hessians: rows in the place of numbers.

#[cfg(feature = "alloc")]
use alloc::vec::Vec;

use crate::{Bundle, NoDerivative, VectorSpace};

/// What becomes of the type of a result's tangent when each number in it is replaced by the gradient `G` of that
/// number: a row of the Jacobian.
///
/// | tangent of the result | [`Rows<G>`](Self::Rows) |
/// | --- | --- |
/// | `f32`, `f64` | `G` |
/// | `[T; N]` | `[T::Rows<G>; N]` |
/// | `Vec<T>` | `Vec<T::Rows<G>>` |
/// | `(T, U, ..)` | a tuple of the rows of each |
/// | the tangent of a struct | `Vec<G>`, a row for each component (with the feature `alloc`) |
///
/// So the Jacobian of a function from `[f64; 3]` to `[f64; 2]` is a `[[f64; 3]; 2]`.
///
/// ```
/// use autodiff_runtime::Rows;
///
/// let mut jacobian: [[f64; 3]; 2] = [0.0; 2].rows(&mut || [0.0; 3]);
/// *<[f64; 2]>::row_mut(&mut jacobian, 1) = [1.0, 2.0, 3.0];
/// assert_eq!(jacobian, [[0.0; 3], [1.0, 2.0, 3.0]]);
/// ```
pub trait Rows: VectorSpace {
    /// The type of the Jacobian, with rows of type `G`.
    type Rows<G>;

    /// As many rows as `self` has components, each made by `row`.
    fn rows<G>(&self, row: &mut dyn FnMut() -> G) -> Self::Rows<G>;

    /// The row of the component `index`.
    ///
    /// # Panics
    /// If there is no such component.
    fn row_mut<G>(rows: &mut Self::Rows<G>, index: usize) -> &mut G;

    /// How many rows there are.
    fn count<G>(rows: &Self::Rows<G>) -> usize;
}

macro_rules! scalar {
    ($($float:ident)*) => {
        $(impl Rows for $float {
            type Rows<G> = G;

            #[inline]
            fn rows<G>(&self, row: &mut dyn FnMut() -> G) -> G {
                row()
            }

            #[inline]
            #[track_caller]
            fn row_mut<G>(rows: &mut G, index: usize) -> &mut G {
                assert_eq!(index, 0, "a scalar has one row");
                rows
            }

            #[inline]
            fn count<G>(_: &G) -> usize {
                1
            }
        })*
    };
}
scalar!(f32 f64);

/// The part of a result that has no derivative has no rows.
impl Rows for NoDerivative {
    type Rows<G> = NoDerivative;

    fn rows<G>(&self, _: &mut dyn FnMut() -> G) -> NoDerivative {
        NoDerivative
    }

    #[track_caller]
    fn row_mut<G>(_: &mut NoDerivative, _: usize) -> &mut G {
        panic!("what has no derivative has no rows")
    }

    fn count<G>(_: &NoDerivative) -> usize {
        0
    }
}

#[inline]
#[track_caller]
fn row_of<T: Rows, G>(rows: &mut [T::Rows<G>], mut index: usize) -> &mut G {
    match T::DIMENSION {
        Some(0) => {}
        Some(dimension) => return T::row_mut::<G>(&mut rows[index / dimension], index % dimension),
        None => {
            for rows in rows {
                let count = T::count::<G>(rows);
                if index < count {
                    return T::row_mut::<G>(rows, index);
                }
                index -= count;
            }
        }
    }
    panic!("{} rows too few", index + 1)
}

macro_rules! sequence {
    ($of:ty, $rows:ty, [$($generics:tt)*], |$self:ident, $row:ident| $map:expr) => {
        impl<$($generics)*> Rows for $of {
            type Rows<G> = $rows;

            #[inline]
            fn rows<G>(&self, $row: &mut dyn FnMut() -> G) -> Self::Rows<G> {
                let $self = self;
                $map
            }

            #[inline]
            #[track_caller]
            fn row_mut<G>(rows: &mut Self::Rows<G>, index: usize) -> &mut G {
                row_of::<T, G>(rows, index)
            }

            #[inline]
            fn count<G>(rows: &Self::Rows<G>) -> usize {
                match T::DIMENSION {
                    Some(dimension) => rows.len() * dimension,
                    None => rows.iter().map(T::count::<G>).sum(),
                }
            }
        }
    };
}
sequence!(
    [T; N], [T::Rows<G>; N], [T: Rows, const N: usize],
    |of, row| core::array::from_fn(|i| of[i].rows(row))
);
#[cfg(feature = "alloc")]
sequence!(
    Vec<T>, Vec<T::Rows<G>>, [T: Rows],
    |of, row| of.iter().map(|one| one.rows(row)).collect()
);

/// The components of a struct are rows in their order.
#[cfg(feature = "alloc")]
#[diagnostic::do_not_recommend]
impl<T: crate::TangentRecord> Rows for T {
    type Rows<G> = Vec<G>;

    fn rows<G>(&self, row: &mut dyn FnMut() -> G) -> Vec<G> {
        (0..self.dimension()).map(|_| row()).collect()
    }

    #[track_caller]
    fn row_mut<G>(rows: &mut Vec<G>, index: usize) -> &mut G {
        &mut rows[index]
    }

    fn count<G>(rows: &Vec<G>) -> usize {
        rows.len()
    }
}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: Rows),+> Rows for ($($name,)+) {
            type Rows<Row> = ($($name::Rows<Row>,)+);

            #[inline]
            fn rows<Row>(&self, row: &mut dyn FnMut() -> Row) -> Self::Rows<Row> {
                ($(self.$index.rows(row),)+)
            }

            #[inline]
            #[track_caller]
            fn row_mut<Row>(rows: &mut Self::Rows<Row>, index: usize) -> &mut Row {
                let mut _index = index;
                $(
                    let count = $name::count::<Row>(&rows.$index);
                    if _index < count {
                        return $name::row_mut::<Row>(&mut rows.$index, _index);
                    }
                    _index -= count;
                )+
                panic!("{} rows too few", _index + 1)
            }

            #[inline]
            fn count<Row>(rows: &Self::Rows<Row>) -> usize {
                0 $(+ $name::count::<Row>(&rows.$index))+
            }
        }
    };
}
crate::vector::each_tuple!(tuple);

/// Writes `tangent`, the derivative of all outputs along one input, into that input's column.
#[doc(hidden)]
#[inline]
pub fn set_column<T: Rows, G: VectorSpace>(rows: &mut T::Rows<G>, column: usize, tangent: &T) {
    for row in 0..tangent.dimension() {
        T::row_mut::<G>(rows, row).set_component(column, tangent.component(row));
    }
}

/// Writes the first `count` lanes of `tangent`, the derivatives of all outputs along so many inputs, into the columns from
/// `column` on.
#[doc(hidden)]
#[inline]
pub fn set_columns<T: Rows + Bundle<K>, G: VectorSpace, const K: usize>(
    rows: &mut T::Rows<G>,
    column: usize,
    count: usize,
    tangent: &T::Lanes,
) where
    T::Lanes: VectorSpace,
{
    for row in 0..T::count::<G>(rows) {
        let to = T::row_mut::<G>(rows, row);
        for k in 0..count {
            to.set_component(column + k, tangent.component(row * K + k));
        }
    }
}

/// Sets `count` lanes of zeros to the unit vectors from `first` on, or, with 0 for `one`, back to zeros.
#[doc(hidden)]
#[inline]
pub fn set_units<L: VectorSpace + ?Sized, const K: usize>(
    lanes: &mut L,
    first: usize,
    count: usize,
    one: f64,
) {
    for k in 0..count {
        lanes.set_component((first + k) * K + k, one);
    }
}

/// Writes the first `count` lanes of a tangent into the columns from `column` on of a row-major buffer.
#[doc(hidden)]
#[inline]
pub fn write_columns<L: VectorSpace + ?Sized, E: Entry, const K: usize>(
    tangent: &L,
    column: usize,
    count: usize,
    columns: usize,
    to: &mut [E],
) {
    let mut at = 0;
    tangent.for_each(&mut |component| {
        let (row, k) = (at / K, at % K);
        if k < count {
            to[row * columns + column + k] = E::from_component(component);
        }
        at += 1;
    });
}

/// A number of a Jacobian that is written to a caller's buffer.
#[doc(hidden)]
pub trait Entry: Copy {
    fn from_component(component: f64) -> Self;
}

impl Entry for f32 {
    #[inline(always)]
    fn from_component(component: f64) -> f32 {
        component as f32
    }
}

impl Entry for f64 {
    #[inline(always)]
    fn from_component(component: f64) -> f64 {
        component
    }
}

/// Writes a row of a Jacobian into a row-major buffer.
#[doc(hidden)]
#[inline]
pub fn write_row<G: VectorSpace + ?Sized, E: Entry>(row: &G, to: &mut [E]) {
    let mut to = to.iter_mut();
    row.for_each(&mut |component| {
        if let Some(to) = to.next() {
            *to = E::from_component(component);
        }
    });
}

/// Writes a column of a Jacobian with `columns` columns into a row-major buffer.
#[doc(hidden)]
#[inline]
pub fn write_column<T: VectorSpace + ?Sized, E: Entry>(
    tangent: &T,
    column: usize,
    columns: usize,
    to: &mut [E],
) {
    let mut to = to[column..].iter_mut().step_by(columns);
    tangent.for_each(&mut |component| {
        if let Some(to) = to.next() {
            *to = E::from_component(component);
        }
    });
}

/// Whether a Jacobian is made faster by columns than by rows, where each sweep makes eight columns and, with `rows_in_lanes`, eight
/// rows. A sweep of columns costs about as much as two or three of single rows (docs/jacobians.md has what was measured).
pub const fn by_columns(inputs: usize, outputs: usize, rows_in_lanes: bool) -> bool {
    if outputs <= 1 {
        return inputs < outputs;
    }
    if !rows_in_lanes {
        return inputs < outputs || outputs >= 4 && inputs <= 2 * outputs;
    }
    let (columns, rows) = (inputs.div_ceil(8), outputs.div_ceil(8));
    columns < rows || columns == rows && columns <= 2 && inputs <= 2 * outputs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_every_shape() {
        let seed = (1.0, [[2.0; 2]; 2], NoDerivative);
        let mut rows = seed.rows(&mut || [0.0; 3]);
        for (i, x) in [10.0, 20.0, 30.0, 40.0, 50.0].into_iter().enumerate() {
            *<(f64, [[f64; 2]; 2], NoDerivative)>::row_mut(&mut rows, i) = [x; 3];
        }
        assert_eq!(
            rows,
            ([10.0; 3], [[[20.0; 3], [30.0; 3]], [[40.0; 3], [50.0; 3]]], NoDerivative)
        );
        set_column(&mut rows, 1, &seed);
        assert_eq!(rows.0, [10.0, 1.0, 10.0]);
        assert_eq!(rows.1[1][1], [50.0, 2.0, 50.0]);
    }

    #[cfg(feature = "alloc")]
    #[test]
    fn ragged_rows() {
        use alloc::vec;
        let seed = vec![vec![1.0], vec![], vec![2.0, 3.0]];
        let mut rows = seed.rows(&mut || vec![0.0; 2]);
        *Vec::<Vec<f64>>::row_mut(&mut rows, 1) = vec![5.0, 6.0];
        set_column(&mut rows, 0, &seed);
        assert_eq!(rows, vec![vec![vec![1.0, 0.0]], vec![], vec![vec![2.0, 6.0], vec![3.0, 0.0]]]);
        assert_eq!(Vec::<Vec<f64>>::count::<Vec<f64>>(&rows), 3);
    }

    #[test]
    fn buffers_are_row_major() {
        let mut buffer = [0.0f32; 6];
        write_row(&(1.0, [2.0, 3.0]), &mut buffer[3..]);
        write_column(&[7.0, 8.0], 1, 3, &mut buffer);
        assert_eq!(buffer, [0.0, 7.0, 0.0, 1.0, 8.0, 3.0]);
    }
}
