//! Types with derivatives.

#[cfg(feature = "alloc")]
use alloc::vec::Vec;

use crate::{AddAll, NoDerivative, VectorSpace};

/// A type that a function can be differentiated with respect to.
///
/// | type | [`Tangent`](Self::Tangent): type of a gradient | [`Buffer`](Self::Buffer): what `f_grad_into` writes |
/// | --- | --- | --- |
/// | `f32`, `f64` | the same | the same |
/// | `[T; N]` | `[T::Tangent; N]` | the same |
/// | `[T]`, `Vec<T>` | `Vec<T::Tangent>` | `[T::Tangent]` |
/// | `(T, U, ..)` | `(T::Tangent, U::Tangent, ..)` | the same |
/// | `&T`, `&mut T` | `T::Tangent` | `T::Buffer` |
///
/// `[T]` and `Vec<T>` need the feature `alloc`. Integers, `bool`, `char` and `&str` have no tangent; one that is a member of
/// a tuple has a placeholder in its place, so that `.1` stays `.1`.
///
/// ```
/// use autodiff_runtime::Differentiable;
///
/// fn zeros<T: Differentiable>(of: &T) -> T::Tangent {
///     of.zero_tangent()
/// }
/// assert_eq!(zeros(&(1.0, [2.0, 3.0])), (0.0, [0.0, 0.0]));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no derivative",
    label = "not `Differentiable`",
    note = "to leave a parameter out, name those to differentiate: `#[grad(wrt(..))]`",
    note = "a type of your own gets a derivative by `#[derive(Differentiable)]`"
)]
pub trait Differentiable {
    /// The type of a tangent, and of a gradient.
    type Tangent: VectorSpace + Clone + AddAll<Self::Tangent>;

    /// The shape of memory that a gradient is written to: the tangent, or the slice of its elements.
    type Buffer: ?Sized + VectorSpace;

    /// The zero that has the shape of `self`.
    ///
    /// ```
    /// use autodiff_runtime::Differentiable;
    /// assert_eq!([[1.0, 2.0], [3.0, 4.0]].zero_tangent(), [[0.0, 0.0], [0.0, 0.0]]);
    /// ```
    fn zero_tangent(&self) -> Self::Tangent;
}

/// A [`Differentiable`] type that can be moved along a tangent: every one but shared references.
///
/// ```
/// use autodiff_runtime::Point;
///
/// let mut weights = [1.0, 2.0];
/// let gradient = [10.0, 0.0];
/// weights.step(-0.1, &gradient);
/// assert_eq!(weights, [0.0, 2.0]);
/// ```
pub trait Point: Differentiable {
    /// `self += by * along`.
    ///
    /// ```
    /// use autodiff_runtime::Point;
    /// let mut x = (1.0, [2.0, 3.0]);
    /// x.step(0.5, &(2.0, [0.0, 4.0]));
    /// assert_eq!(x, (2.0, [2.0, 5.0]));
    /// ```
    ///
    /// # Panics
    /// If a slice or a vector and its counterpart differ in length.
    fn step(&mut self, by: f64, along: &Self::Tangent);

    /// Calls `each` on the numbers that a step changes, in the order of the components of a tangent.
    ///
    /// ```
    /// use autodiff_runtime::Point;
    /// let mut sum = 0.0;
    /// [[1.0, 2.0], [3.0, 4.0]].coordinates(&mut |x| sum += x);
    /// assert_eq!(sum, 10.0);
    /// ```
    fn coordinates(&self, each: &mut dyn FnMut(f64));

    /// Replaces each of these numbers, in the same order, by what `map` makes of it.
    ///
    /// ```
    /// use autodiff_runtime::Point;
    /// let mut angles = (4.0, [1.0, 7.0]);
    /// angles.replace_coordinates(&mut |x| x % 3.0);
    /// assert_eq!(angles, (1.0, [1.0, 1.0]));
    /// ```
    fn replace_coordinates(&mut self, map: &mut dyn FnMut(f64) -> f64);

    /// These numbers, one after the other: what optimisers take.
    ///
    /// ```
    /// use autodiff_runtime::Point;
    /// assert_eq!((1.0, [2.0, 3.0]).to_coordinates(), [1.0, 2.0, 3.0]);
    /// ```
    #[cfg(feature = "alloc")]
    fn to_coordinates(&self) -> Vec<f64> {
        let mut all = Vec::new();
        self.coordinates(&mut |x| all.push(x));
        all
    }

    /// Sets these numbers: the way back from [`to_coordinates`](Self::to_coordinates).
    ///
    /// ```
    /// use autodiff_runtime::Point;
    /// let mut x = (1.0, [2.0, 3.0]);
    /// x.set_coordinates(&[4.0, 5.0, 6.0]);
    /// assert_eq!(x, (4.0, [5.0, 6.0]));
    /// ```
    ///
    /// # Panics
    /// If there are more or fewer numbers than coordinates.
    #[track_caller]
    fn set_coordinates(&mut self, from: &[f64]) {
        let mut from = from.iter();
        self.replace_coordinates(&mut |_| *from.next().expect("a number for each coordinate"));
        assert!(from.next().is_none(), "more numbers than coordinates");
    }
}

macro_rules! scalar {
    ($float:ident) => {
        impl Differentiable for $float {
            type Tangent = $float;
            type Buffer = $float;

            #[inline(always)]
            fn zero_tangent(&self) -> $float {
                0.0
            }
        }

        impl Point for $float {
            #[inline(always)]
            fn step(&mut self, by: f64, along: &$float) {
                self.add_scaled(by, along);
            }

            fn coordinates(&self, each: &mut dyn FnMut(f64)) {
                each(f64::from(*self));
            }

            fn replace_coordinates(&mut self, map: &mut dyn FnMut(f64) -> f64) {
                *self = map(f64::from(*self)) as $float;
            }
        }
    };
}
scalar!(f32);
scalar!(f64);

impl<T: Differentiable, const N: usize> Differentiable for [T; N] {
    type Tangent = [T::Tangent; N];
    type Buffer = [T::Tangent; N];

    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        core::array::from_fn(|i| self[i].zero_tangent())
    }
}

impl<T: Point, const N: usize> Point for [T; N] {
    #[inline]
    fn step(&mut self, by: f64, along: &Self::Tangent) {
        for (x, along) in self.iter_mut().zip(along) {
            x.step(by, along);
        }
    }

    fn coordinates(&self, each: &mut dyn FnMut(f64)) {
        for x in self {
            x.coordinates(each);
        }
    }

    fn replace_coordinates(&mut self, map: &mut dyn FnMut(f64) -> f64) {
        for x in self {
            x.replace_coordinates(map);
        }
    }
}

#[cfg(feature = "alloc")]
impl<T: Differentiable> Differentiable for [T] {
    type Tangent = Vec<T::Tangent>;
    type Buffer = [T::Tangent];

    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        self.iter().map(T::zero_tangent).collect()
    }
}

#[cfg(feature = "alloc")]
impl<T: Point> Point for [T] {
    #[inline]
    #[track_caller]
    fn step(&mut self, by: f64, along: &Self::Tangent) {
        assert_eq!(self.len(), along.len(), "lengths of a point and of a tangent");
        for (x, along) in self.iter_mut().zip(along) {
            x.step(by, along);
        }
    }

    fn coordinates(&self, each: &mut dyn FnMut(f64)) {
        for x in self {
            x.coordinates(each);
        }
    }

    fn replace_coordinates(&mut self, map: &mut dyn FnMut(f64) -> f64) {
        for x in self {
            x.replace_coordinates(map);
        }
    }
}

#[cfg(feature = "alloc")]
impl<T: Differentiable> Differentiable for Vec<T> {
    type Tangent = Vec<T::Tangent>;
    type Buffer = [T::Tangent];

    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        self[..].zero_tangent()
    }
}

#[cfg(feature = "alloc")]
impl<T: Point> Point for Vec<T> {
    #[inline]
    #[track_caller]
    fn step(&mut self, by: f64, along: &Self::Tangent) {
        self[..].step(by, along);
    }

    fn coordinates(&self, each: &mut dyn FnMut(f64)) {
        for x in self {
            x.coordinates(each);
        }
    }

    fn replace_coordinates(&mut self, map: &mut dyn FnMut(f64) -> f64) {
        for x in self {
            x.replace_coordinates(map);
        }
    }
}

impl<T: Differentiable + ?Sized> Differentiable for &T {
    type Tangent = T::Tangent;
    type Buffer = T::Buffer;

    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        T::zero_tangent(self)
    }
}

impl<T: Differentiable + ?Sized> Differentiable for &mut T {
    type Tangent = T::Tangent;
    type Buffer = T::Buffer;

    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        T::zero_tangent(self)
    }
}

impl<T: Point + ?Sized> Point for &mut T {
    #[inline]
    #[track_caller]
    fn step(&mut self, by: f64, along: &Self::Tangent) {
        T::step(self, by, along);
    }

    fn coordinates(&self, each: &mut dyn FnMut(f64)) {
        T::coordinates(self, each);
    }

    fn replace_coordinates(&mut self, map: &mut dyn FnMut(f64) -> f64) {
        T::replace_coordinates(self, map);
    }
}

/// A member of a tuple: something [`Differentiable`], or what has no tangent.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no derivative",
    label = "not `Differentiable`",
    note = "to leave a parameter out, name those to differentiate: `#[grad(wrt(..))]`",
    note = "a type of your own gets a derivative by `#[derive(Differentiable)]`"
)]
pub trait Member {
    /// [`NoDerivative`] for integers, `bool`, `char` and `&str`.
    type Tangent: VectorSpace + Clone + AddAll<Self::Tangent>;

    /// The zero that has the shape of `self`.
    fn zero_tangent(&self) -> Self::Tangent;
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable> Member for T {
    type Tangent = T::Tangent;

    #[inline(always)]
    fn zero_tangent(&self) -> T::Tangent {
        Differentiable::zero_tangent(self)
    }
}

/// A [`Member`] that can be moved along a tangent.
#[doc(hidden)]
pub trait PointMember: Member {
    /// As [`Point::step`].
    fn step(&mut self, by: f64, along: &Self::Tangent);

    /// As [`Point::coordinates`].
    fn coordinates(&self, each: &mut dyn FnMut(f64));

    /// As [`Point::replace_coordinates`].
    fn replace_coordinates(&mut self, map: &mut dyn FnMut(f64) -> f64);
}

#[diagnostic::do_not_recommend]
impl<T: Point> PointMember for T {
    #[inline(always)]
    #[track_caller]
    fn step(&mut self, by: f64, along: &T::Tangent) {
        Point::step(self, by, along);
    }

    fn coordinates(&self, each: &mut dyn FnMut(f64)) {
        Point::coordinates(self, each);
    }

    fn replace_coordinates(&mut self, map: &mut dyn FnMut(f64) -> f64) {
        Point::replace_coordinates(self, map);
    }
}

macro_rules! constant {
    ($($of:ty)+) => {
        $(
            #[diagnostic::do_not_recommend]
            impl Member for $of {
                type Tangent = NoDerivative;

                #[inline(always)]
                fn zero_tangent(&self) -> NoDerivative {
                    NoDerivative
                }
            }

            #[diagnostic::do_not_recommend]
            impl PointMember for $of {
                fn step(&mut self, _: f64, _: &NoDerivative) {}

                fn coordinates(&self, _: &mut dyn FnMut(f64)) {}

                fn replace_coordinates(&mut self, _: &mut dyn FnMut(f64) -> f64) {}
            }
        )+
    };
}
constant!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize bool char &str);

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: Member),+> Differentiable for ($($name,)+) {
            type Tangent = ($($name::Tangent,)+);
            type Buffer = ($($name::Tangent,)+);

            #[inline]
            fn zero_tangent(&self) -> Self::Tangent {
                ($(self.$index.zero_tangent(),)+)
            }
        }

        impl<$($name: PointMember),+> Point for ($($name,)+) {
            #[inline]
            #[track_caller]
            fn step(&mut self, by: f64, along: &Self::Tangent) {
                $(self.$index.step(by, &along.$index);)+
            }

            fn coordinates(&self, each: &mut dyn FnMut(f64)) {
                $(self.$index.coordinates(each);)+
            }

            fn replace_coordinates(&mut self, map: &mut dyn FnMut(f64) -> f64) {
                $(self.$index.replace_coordinates(map);)+
            }
        }
    };
}
crate::vector::each_tuple!(tuple);
