//! Tangents of arrays: owned arrays of the same shape.

use core::fmt;

use ndarray::{Array, ArrayBase, Data, DataMut, DataOwned, Dimension, OwnedRepr, RawData};

use super::Entry;
use crate::{
    Again, Contribution, Differentiable, Point, TangentRecord, VectorSpace, foreign::Absent,
};

impl<T: Entry, S: Data<Elem = T>, D: Dimension> Differentiable for ArrayBase<S, D, T> {
    type Tangent = Array<T, D>;
    type Buffer = Array<T, D>;

    #[inline]
    fn zero_tangent(&self) -> Array<T, D> {
        Array::zeros(self.raw_dim())
    }
}

impl<T: Entry, D: Dimension> VectorSpace for ArrayBase<OwnedRepr<T>, D, T> {
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
        assert_eq!(self.shape(), other.shape(), "shapes of arrays that are added");
        *self += other;
    }

    #[inline]
    fn scale(&mut self, by: f64) {
        self.map_inplace(|x| VectorSpace::scale(x, by));
    }

    #[inline]
    #[track_caller]
    fn add_scaled(&mut self, by: f64, other: &Self) {
        assert_eq!(self.shape(), other.shape(), "shapes of arrays that are added");
        self.zip_mut_with(other, |to, from| to.add_scaled(by, from));
    }

    #[inline]
    #[track_caller]
    fn dot(&self, other: &Self) -> f64 {
        assert_eq!(self.shape(), other.shape(), "shapes of arrays that are multiplied");
        self.iter().zip(other).map(|(a, b)| VectorSpace::dot(a, b)).sum()
    }

    /// The last index runs fastest.
    fn for_each(&self, each: &mut dyn FnMut(f64)) {
        self.iter().for_each(|x| x.for_each(each));
    }

    fn map_each(&mut self, map: &mut dyn FnMut(f64) -> f64) {
        self.iter_mut().for_each(|x| x.map_each(map));
    }

    fn write_path(&self, index: usize, to: &mut dyn fmt::Write) -> fmt::Result {
        write!(to, "[[")?;
        let mut inside = self.len();
        let mut rest = index;
        for (axis, len) in self.shape().iter().enumerate() {
            inside /= (*len).max(1);
            let comma = if axis == 0 { "" } else { ", " };
            write!(to, "{comma}{}", rest / inside.max(1))?;
            rest %= inside.max(1);
        }
        write!(to, "]]")
    }
}

impl<T: Entry, D: Dimension> TangentRecord for ArrayBase<OwnedRepr<T>, D, T> {}

impl<T: Entry, S: DataMut<Elem = T>, D: Dimension> Point for ArrayBase<S, D, T> {
    #[inline]
    #[track_caller]
    fn step(&mut self, by: f64, along: &Array<T, D>) {
        assert_eq!(self.shape(), along.shape(), "shapes of a point and of a tangent");
        self.zip_mut_with(along, |to, from| to.add_scaled(by, from));
    }

    fn coordinates(&self, each: &mut dyn FnMut(f64)) {
        self.iter().for_each(|x| x.for_each(each));
    }

    fn replace_coordinates(&mut self, map: &mut dyn FnMut(f64) -> f64) {
        self.iter_mut().for_each(|x| x.map_each(map));
    }
}

#[diagnostic::do_not_recommend]
impl<T, S: RawData<Elem = T>, D> Contribution for ArrayBase<S, D, T> {
    type Adjoint = Self;

    #[inline(always)]
    fn to_adjoint(self) -> Self {
        self
    }
}

impl<T, S: RawData<Elem = T>, D> Again for ArrayBase<S, D, T> {
    type Arg = ();

    #[inline(always)]
    fn again(&self) {}
}

impl<T: Entry, S: DataOwned<Elem = T>, D: Dimension> Absent for ArrayBase<S, D, T> {
    fn absent() -> Self {
        ArrayBase::zeros(D::default())
    }
}

// The numbers that an iterator goes over are those of the indices 0, 1, ..
impl<T: Entry, S: RawData<Elem = T>> crate::presumed::IsSequence for ArrayBase<S, ndarray::Ix1, T> {}
