//! What is in a `Box`, or may be in an `Option`: their tangents are a `Box` and an `Option` of a tangent.

use core::fmt;

#[cfg(feature = "alloc")]
use alloc::{boxed::Box, vec::Vec};

#[cfg(feature = "alloc")]
use crate::{Again, Contribution, DirectionMut, DirectionRef};
use crate::{Differentiable, Ignored, Point, TangentRecord, VectorSpace};

impl<T: Differentiable> Differentiable for Option<T> {
    type Tangent = Option<T::Tangent>;
    type Buffer = Option<T::Tangent>;

    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        self.as_ref().map(T::zero_tangent)
    }
}

impl<T: Point> Point for Option<T> {
    #[inline]
    #[track_caller]
    fn step(&mut self, by: f64, along: &Self::Tangent) {
        match (self, along) {
            (Some(x), Some(along)) => x.step(by, along),
            (None, None) => {}
            _ => only_one(),
        }
    }

    fn coordinates(&self, each: &mut dyn FnMut(f64)) {
        if let Some(x) = self {
            x.coordinates(each);
        }
    }

    fn replace_coordinates(&mut self, map: &mut dyn FnMut(f64) -> f64) {
        if let Some(x) = self {
            x.replace_coordinates(map);
        }
    }
}

#[cold]
#[track_caller]
fn only_one() -> ! {
    panic!("one of them is `None`, the other is not")
}

impl<T: VectorSpace> VectorSpace for Option<T> {
    const PRECISION: f64 = T::PRECISION;

    fn dimension(&self) -> usize {
        self.as_ref().map_or(0, T::dimension)
    }

    #[inline]
    fn set_zero(&mut self) {
        if let Some(x) = self {
            x.set_zero();
        }
    }

    #[inline]
    #[track_caller]
    fn add_assign(&mut self, other: &Self) {
        match (self, other) {
            (Some(x), Some(other)) => x.add_assign(other),
            (None, None) => {}
            _ => only_one(),
        }
    }

    #[inline]
    fn scale(&mut self, by: f64) {
        if let Some(x) = self {
            x.scale(by);
        }
    }

    #[inline]
    #[track_caller]
    fn add_scaled(&mut self, by: f64, other: &Self) {
        match (self, other) {
            (Some(x), Some(other)) => x.add_scaled(by, other),
            (None, None) => {}
            _ => only_one(),
        }
    }

    #[inline]
    #[track_caller]
    fn dot(&self, other: &Self) -> f64 {
        match (self, other) {
            (Some(x), Some(other)) => x.dot(other),
            (None, None) => 0.0,
            _ => only_one(),
        }
    }

    fn for_each(&self, each: &mut dyn FnMut(f64)) {
        if let Some(x) = self {
            x.for_each(each);
        }
    }

    fn map_each(&mut self, map: &mut dyn FnMut(f64) -> f64) {
        if let Some(x) = self {
            x.map_each(map);
        }
    }

    fn write_path(&self, index: usize, to: &mut dyn fmt::Write) -> fmt::Result {
        match self {
            Some(x) => x.write_path(index, to),
            None => write!(to, ".{index} past the end"),
        }
    }
}

impl<T: VectorSpace> TangentRecord for Option<T> {}

/// The tangent of a field that is an `Option`, where it holds something; of one without derivative, nothing.
#[doc(hidden)]
pub trait Held {
    type Part;
    fn part(&self) -> &Self::Part;
    fn part_mut(&mut self) -> &mut Self::Part;
}

impl<T> Held for Option<T> {
    type Part = T;

    #[inline(always)]
    fn part(&self) -> &T {
        self.as_ref().expect("the tangent of something is not `None`")
    }

    #[inline(always)]
    fn part_mut(&mut self) -> &mut T {
        self.as_mut().expect("the tangent of something is not `None`")
    }
}

impl Held for Ignored {
    type Part = Ignored;

    #[inline(always)]
    fn part(&self) -> &Ignored {
        self
    }

    #[inline(always)]
    fn part_mut(&mut self) -> &mut Ignored {
        self
    }
}

/// What it holds.
#[doc(hidden)]
#[inline(always)]
#[track_caller]
pub fn held<T: Held>(of: &T) -> &T::Part {
    of.part()
}

/// What it holds.
#[doc(hidden)]
#[inline(always)]
#[track_caller]
pub fn held_mut<T: Held>(of: &mut T) -> &mut T::Part {
    of.part_mut()
}

/// What a reverse sweep takes in the place of an argument `T` that the forward sweep has taken: nothing, or what a caller has
/// who does not know that it was taken. A `None` is then of the type that the callee has.
#[doc(hidden)]
pub trait Moved<T> {}

impl<T> Moved<T> for () {}
impl<T> Moved<Option<T>> for Option<T> {}
impl<T, U: ?Sized> Moved<T> for &U {}
impl<T, U: ?Sized> Moved<T> for &mut U {}

#[cfg(feature = "alloc")]
impl<T: Differentiable> Differentiable for Box<T> {
    type Tangent = Box<T::Tangent>;
    type Buffer = Box<T::Tangent>;

    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        Box::new(T::zero_tangent(self))
    }
}

/// As for a vector.
#[cfg(feature = "alloc")]
impl<T: Differentiable> Differentiable for Box<[T]> {
    type Tangent = Vec<T::Tangent>;
    type Buffer = [T::Tangent];

    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        self[..].zero_tangent()
    }
}

#[cfg(feature = "alloc")]
macro_rules! point {
    ($of:ty, $T:ident) => {
        impl<$T: Point> Point for $of {
            #[inline]
            #[track_caller]
            fn step(&mut self, by: f64, along: &Self::Tangent) {
                (**self).step(by, along);
            }

            fn coordinates(&self, each: &mut dyn FnMut(f64)) {
                (**self).coordinates(each);
            }

            fn replace_coordinates(&mut self, map: &mut dyn FnMut(f64) -> f64) {
                (**self).replace_coordinates(map);
            }
        }
    };
}
#[cfg(feature = "alloc")]
point!(Box<T>, T);
#[cfg(feature = "alloc")]
point!(Box<[T]>, T);

#[cfg(feature = "alloc")]
impl<T: VectorSpace> VectorSpace for Box<T> {
    const PRECISION: f64 = T::PRECISION;
    const DIMENSION: Option<usize> = T::DIMENSION;

    fn dimension(&self) -> usize {
        (**self).dimension()
    }

    #[inline]
    fn set_zero(&mut self) {
        (**self).set_zero();
    }

    #[inline]
    #[track_caller]
    fn add_assign(&mut self, other: &Self) {
        (**self).add_assign(other);
    }

    #[inline]
    fn scale(&mut self, by: f64) {
        (**self).scale(by);
    }

    #[inline]
    #[track_caller]
    fn add_scaled(&mut self, by: f64, other: &Self) {
        (**self).add_scaled(by, other);
    }

    #[inline]
    #[track_caller]
    fn dot(&self, other: &Self) -> f64 {
        (**self).dot(other)
    }

    fn for_each(&self, each: &mut dyn FnMut(f64)) {
        (**self).for_each(each);
    }

    fn map_each(&mut self, map: &mut dyn FnMut(f64) -> f64) {
        (**self).map_each(map);
    }

    fn write_path(&self, index: usize, to: &mut dyn fmt::Write) -> fmt::Result {
        (**self).write_path(index, to)
    }
}

#[cfg(feature = "alloc")]
impl<T: VectorSpace> TangentRecord for Box<T> {}

#[cfg(feature = "alloc")]
#[diagnostic::do_not_recommend]
impl<T> Contribution for Box<T> {
    type Adjoint = Box<T>;

    #[inline(always)]
    fn to_adjoint(self) -> Box<T> {
        self
    }
}

#[cfg(feature = "alloc")]
impl<T: ?Sized> Again for Box<T> {
    type Arg = ();

    #[inline(always)]
    fn again(&self) {}
}

#[cfg(feature = "alloc")]
crate::slot::slot!(T, Box<T>, [T]);
#[cfg(feature = "alloc")]
crate::direction::by_reference!(T, Box<T>, [T]);

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(feature = "alloc")]
    use crate::Slot;

    #[test]
    fn an_option_is_its_content_or_nothing() {
        let mut x = (Some(2.0), None::<f64>);
        let mut d = x.zero_tangent();
        assert_eq!(d, (Some(0.0), None));
        d.0 = Some(3.0);
        d.add_scaled(2.0, &(Some(1.0), None));
        assert_eq!((d.dimension(), d.dot(&d), d.0), (1, 25.0, Some(5.0)));
        x.step(0.1, &d);
        assert_eq!(x, (Some(2.5), None));
    }

    #[test]
    #[should_panic = "`None`"]
    fn something_is_not_nothing() {
        Some(1.0).add_assign(&None);
    }

    #[cfg(feature = "alloc")]
    #[test]
    fn a_box_is_its_content() {
        let x = (Box::new([1.0, 2.0]), alloc::vec![3.0].into_boxed_slice());
        let mut d = x.zero_tangent();
        d.0[1] = 4.0;
        d.1[0] = 5.0;
        fn first<S: Slot<[f64; 2]>>(mut slot: S) {
            slot.get().unwrap()[0] = 1.0;
        }
        first(&mut d.0);
        assert_eq!(d, (Box::new([1.0, 4.0]), alloc::vec![5.0]));
    }
}
