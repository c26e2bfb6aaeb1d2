//! Tangents of vectors and matrices: vectors and matrices of the same shape, that own their numbers.

use core::fmt;

use nalgebra::{
    DefaultAllocator, Dim, Matrix, OMatrix, RawStorage, RawStorageMut, allocator::Allocator,
};

use super::Entry;
use crate::{Again, Contribution, Differentiable, Point, TangentRecord, VectorSpace};

impl<T: Entry, R: Dim, C: Dim, S: RawStorage<T, R, C>> Differentiable for Matrix<T, R, C, S>
where
    DefaultAllocator: Allocator<R, C>,
    OMatrix<T, R, C>: VectorSpace,
{
    type Tangent = OMatrix<T, R, C>;
    type Buffer = OMatrix<T, R, C>;

    #[inline]
    fn zero_tangent(&self) -> OMatrix<T, R, C> {
        let (rows, columns) = self.shape_generic();
        OMatrix::zeros_generic(rows, columns)
    }
}

impl<T: Entry, R: Dim, C: Dim, S: RawStorageMut<T, R, C>> VectorSpace for Matrix<T, R, C, S> {
    const PRECISION: f64 = T::PRECISION;

    #[inline]
    fn dimension(&self) -> usize {
        self.len()
    }

    #[inline]
    fn set_zero(&mut self) {
        self.fill(T::default());
    }

    #[inline]
    #[track_caller]
    fn add_assign(&mut self, other: &Self) {
        assert_eq!(self.shape(), other.shape(), "shapes of matrices that are added");
        self.iter_mut().zip(other.iter()).for_each(|(to, from)| *to += *from);
    }

    #[inline]
    fn scale(&mut self, by: f64) {
        self.iter_mut().for_each(|x| VectorSpace::scale(x, by));
    }

    #[inline]
    #[track_caller]
    fn add_scaled(&mut self, by: f64, other: &Self) {
        assert_eq!(self.shape(), other.shape(), "shapes of matrices that are added");
        self.iter_mut().zip(other.iter()).for_each(|(to, from)| to.add_scaled(by, from));
    }

    #[inline]
    #[track_caller]
    fn dot(&self, other: &Self) -> f64 {
        assert_eq!(self.shape(), other.shape(), "shapes of matrices that are multiplied");
        self.iter().zip(other.iter()).map(|(a, b)| VectorSpace::dot(a, b)).sum()
    }

    /// Column by column, as the numbers are stored.
    fn for_each(&self, each: &mut dyn FnMut(f64)) {
        self.iter().for_each(|x| x.for_each(each));
    }

    fn map_each(&mut self, map: &mut dyn FnMut(f64) -> f64) {
        self.iter_mut().for_each(|x| x.map_each(map));
    }

    fn write_path(&self, index: usize, to: &mut dyn fmt::Write) -> fmt::Result {
        match self.ncols() {
            1 => write!(to, "[{index}]"),
            _ => write!(to, "[({}, {})]", index % self.nrows(), index / self.nrows()),
        }
    }
}

impl<T: Entry, R: Dim, C: Dim, S: RawStorageMut<T, R, C>> TangentRecord for Matrix<T, R, C, S> {}

impl<T: Entry, R: Dim, C: Dim, S: RawStorageMut<T, R, C>> Point for Matrix<T, R, C, S>
where
    DefaultAllocator: Allocator<R, C>,
{
    #[inline]
    #[track_caller]
    fn step(&mut self, by: f64, along: &OMatrix<T, R, C>) {
        assert_eq!(self.shape(), along.shape(), "shapes of a point and of a tangent");
        self.iter_mut().zip(along.iter()).for_each(|(to, from)| to.add_scaled(by, from));
    }

    fn coordinates(&self, each: &mut dyn FnMut(f64)) {
        self.for_each(each);
    }

    fn replace_coordinates(&mut self, map: &mut dyn FnMut(f64) -> f64) {
        self.map_each(map);
    }
}

#[diagnostic::do_not_recommend]
impl<T, R, C, S> Contribution for Matrix<T, R, C, S> {
    type Adjoint = Self;

    #[inline(always)]
    fn to_adjoint(self) -> Self {
        self
    }
}

impl<T, R, C, S> Again for Matrix<T, R, C, S> {
    type Arg = ();

    #[inline(always)]
    fn again(&self) {}
}

// The numbers that an iterator goes over are those of the indices 0, 1, ..
impl<T: Entry, R: Dim, C: Dim, S: RawStorage<T, R, C>> crate::presumed::IsSequence
    for Matrix<T, R, C, S>
{
}
