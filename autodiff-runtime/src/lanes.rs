//! Several tangents or adjoints side by side: what batched sweeps compute with.

use core::{
    array, fmt,
    ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign},
};

use crate::{AddAll, Differentiable, FillAll, VectorSpace};

/// `K` derivatives of one number: along `K` directions, or of `K` outputs.
///
/// What a sweep does with a tangent or an adjoint is linear: lanes are added to each other, and multiplied and divided by
/// plain numbers. Each lane is computed as it would be alone, so that a batched sweep agrees with single ones bit for bit;
/// the compiler makes vector instructions of it.
///
/// ```
/// use autodiff_runtime::Lanes;
///
/// let x = Lanes([1.0, 0.0]);
/// let y = Lanes([0.0, 1.0]);
/// assert_eq!(x * 3.0 + y * 5.0, Lanes([3.0, 5.0]));
/// ```
#[derive(Clone, Copy, PartialEq, Debug)]
#[repr(transparent)]
pub struct Lanes<T, const K: usize>(pub [T; K]);

impl<T: Copy, const K: usize> Lanes<T, K> {
    /// The same number in every lane.
    ///
    /// ```
    /// use autodiff_runtime::Lanes;
    /// assert_eq!(Lanes::splat(1.0), Lanes([1.0, 1.0, 1.0]));
    /// ```
    #[inline(always)]
    pub const fn splat(value: T) -> Lanes<T, K> {
        Lanes([value; K])
    }

    /// What `map` makes of each lane.
    ///
    /// ```
    /// use autodiff_runtime::Lanes;
    /// assert_eq!(Lanes([1.0, 2.0]).map(|x| x as f32), Lanes([1.0f32, 2.0]));
    /// ```
    #[inline(always)]
    pub fn map<U: Copy>(self, map: impl FnMut(T) -> U) -> Lanes<U, K> {
        Lanes(self.0.map(map))
    }
}

macro_rules! between_lanes {
    ($($trait:ident $method:ident $assign:ident $assign_method:ident;)+) => {
        $(
            impl<T: Copy + $trait<Output = T>, const K: usize> $trait for Lanes<T, K> {
                type Output = Lanes<T, K>;

                #[inline(always)]
                fn $method(self, other: Lanes<T, K>) -> Lanes<T, K> {
                    Lanes(array::from_fn(|k| self.0[k].$method(other.0[k])))
                }
            }

            impl<T: Copy + $trait<Output = T>, const K: usize> $assign for Lanes<T, K> {
                #[inline(always)]
                fn $assign_method(&mut self, other: Lanes<T, K>) {
                    *self = (*self).$method(other);
                }
            }
        )+
    };
}
between_lanes! {
    Add add AddAssign add_assign;
    Sub sub SubAssign sub_assign;
}

macro_rules! by_a_number {
    ($($trait:ident $method:ident $assign:ident $assign_method:ident;)+) => {
        $(
            impl<T: Copy + $trait<Output = T>, const K: usize> $trait<T> for Lanes<T, K> {
                type Output = Lanes<T, K>;

                #[inline(always)]
                fn $method(self, by: T) -> Lanes<T, K> {
                    Lanes(array::from_fn(|k| self.0[k].$method(by)))
                }
            }

            impl<T: Copy + $trait<Output = T>, const K: usize> $assign<T> for Lanes<T, K> {
                #[inline(always)]
                fn $assign_method(&mut self, by: T) {
                    *self = (*self).$method(by);
                }
            }
        )+
    };
}
by_a_number! {
    Mul mul MulAssign mul_assign;
    Div div DivAssign div_assign;
}

impl<T: Copy + Neg<Output = T>, const K: usize> Neg for Lanes<T, K> {
    type Output = Lanes<T, K>;

    #[inline(always)]
    fn neg(self) -> Lanes<T, K> {
        Lanes(self.0.map(T::neg))
    }
}

macro_rules! floats {
    ($($float:ident)+) => {
        $(
            impl<const K: usize> Lanes<$float, K> {
                /// Of a number in degrees, what is of it in radians.
                #[doc(hidden)]
                #[inline(always)]
                pub fn to_radians(self) -> Self {
                    self.map($float::to_radians)
                }

                /// Of a number in radians, what is of it in degrees.
                #[doc(hidden)]
                #[inline(always)]
                pub fn to_degrees(self) -> Self {
                    self.map($float::to_degrees)
                }
            }

            impl<const K: usize> Differentiable for Lanes<$float, K> {
                type Tangent = Lanes<$float, K>;
                type Buffer = Lanes<$float, K>;

                #[inline(always)]
                fn zero_tangent(&self) -> Self {
                    Lanes::splat(0.0)
                }
            }

            impl<const K: usize> Bundle<K> for $float {
                type Lanes = Lanes<$float, K>;

                #[inline(always)]
                fn gather(each: [&Self; K]) -> Lanes<$float, K> {
                    Lanes(each.map(|x| *x))
                }

                #[inline(always)]
                fn lane(of: &Lanes<$float, K>, k: usize) -> Self {
                    of.0[k]
                }
            }
        )+
    };
}
floats!(f32 f64);

/// The components are those of each number, lane by lane.
impl<T: VectorSpace, const K: usize> VectorSpace for Lanes<T, K> {
    const PRECISION: f64 = T::PRECISION;
    const DIMENSION: Option<usize> = <[T; K]>::DIMENSION;

    #[inline]
    fn dimension(&self) -> usize {
        self.0.dimension()
    }

    #[inline(always)]
    fn set_zero(&mut self) {
        self.0.set_zero();
    }

    #[inline(always)]
    fn add_assign(&mut self, other: &Self) {
        self.0.add_assign(&other.0);
    }

    #[inline(always)]
    fn scale(&mut self, by: f64) {
        self.0.scale(by);
    }

    #[inline(always)]
    fn add_scaled(&mut self, by: f64, other: &Self) {
        self.0.add_scaled(by, &other.0);
    }

    #[inline]
    fn dot(&self, other: &Self) -> f64 {
        self.0.dot(&other.0)
    }

    fn for_each(&self, each: &mut dyn FnMut(f64)) {
        self.0.for_each(each);
    }

    fn map_each(&mut self, map: &mut dyn FnMut(f64) -> f64) {
        self.0.map_each(map);
    }

    #[inline]
    #[track_caller]
    fn component(&self, index: usize) -> f64 {
        self.0.component(index)
    }

    #[inline]
    #[track_caller]
    fn set_component(&mut self, index: usize, value: f64) {
        self.0.set_component(index, value);
    }

    fn write_path(&self, index: usize, to: &mut dyn fmt::Write) -> fmt::Result {
        self.0.write_path(index, to)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Copy + Add<Output = T>, const K: usize> AddAll<Lanes<T, K>> for Lanes<T, K> {
    #[inline(always)]
    fn add_all(&mut self, from: &Lanes<T, K>) {
        *self += *from;
    }
}

impl<T: Copy, const K: usize> FillAll<Lanes<T, K>> for Lanes<T, K> {
    #[inline(always)]
    fn fill_all(&mut self, value: Lanes<T, K>) {
        *self = value;
    }
}

/// The type of a gradient or a tangent of which there can be `K` side by side.
///
/// | gradient | [`Lanes`](Self::Lanes) |
/// | --- | --- |
/// | `f32`, `f64` | `Lanes<f32, K>`, `Lanes<f64, K>` |
/// | `[B; N]` | `[B::Lanes; N]` |
/// | `[B]`, `Vec<B>` | `Vec<B::Lanes>` |
/// | `(A, B, ..)` | `(A::Lanes, B::Lanes, ..)` |
///
/// ```
/// use autodiff_runtime::{Bundle, Lanes};
///
/// let directions = [[1.0, 2.0], [3.0, 4.0]];
/// let lanes = <[f64; 2]>::gather(directions.each_ref());
/// assert_eq!(lanes, [Lanes([1.0, 3.0]), Lanes([2.0, 4.0])]);
/// assert_eq!(<[f64; 2]>::lane(&lanes, 1), directions[1]);
/// ```
#[diagnostic::on_unimplemented(
    message = "there is no batch of `{Self}`",
    label = "batched sweeps take numbers, arrays, slices, vectors and tuples of numbers"
)]
pub trait Bundle<const K: usize> {
    /// `K` of them.
    type Lanes;

    /// Puts them side by side.
    ///
    /// # Panics
    /// If slices or vectors differ in length.
    fn gather(each: [&Self; K]) -> Self::Lanes;

    /// The one in lane `k`.
    ///
    /// # Panics
    /// If there is no such lane.
    fn lane(of: &Self::Lanes, k: usize) -> Self
    where
        Self: Sized;
}

impl<B: Bundle<K>, const N: usize, const K: usize> Bundle<K> for [B; N] {
    type Lanes = [B::Lanes; N];

    #[inline]
    fn gather(each: [&Self; K]) -> Self::Lanes {
        array::from_fn(|i| B::gather(each.map(|one| &one[i])))
    }

    #[inline]
    fn lane(of: &Self::Lanes, k: usize) -> Self {
        array::from_fn(|i| B::lane(&of[i], k))
    }
}

/// Direction of what has none.
impl<const K: usize> Bundle<K> for crate::NoDerivative {
    type Lanes = crate::NoDerivative;

    #[inline]
    fn gather(_: [&Self; K]) -> Self {
        crate::NoDerivative
    }

    #[inline]
    fn lane(_: &Self, _: usize) -> Self {
        crate::NoDerivative
    }
}

#[cfg(feature = "alloc")]
impl<B: Bundle<K>, const K: usize> Bundle<K> for [B] {
    type Lanes = alloc::vec::Vec<B::Lanes>;

    #[inline]
    #[track_caller]
    fn gather(each: [&Self; K]) -> Self::Lanes {
        let len = each.first().map_or(0, |first| first.len());
        assert!(
            each.iter().all(|one| one.len() == len),
            "the vectors of a batch are of one length"
        );
        (0..len).map(|i| B::gather(each.map(|one| &one[i]))).collect()
    }
}

#[cfg(feature = "alloc")]
impl<B: Bundle<K>, const K: usize> Bundle<K> for alloc::vec::Vec<B> {
    type Lanes = alloc::vec::Vec<B::Lanes>;

    #[inline]
    #[track_caller]
    fn gather(each: [&Self; K]) -> Self::Lanes {
        <[B]>::gather(each.map(|one| &one[..]))
    }

    #[inline]
    fn lane(of: &Self::Lanes, k: usize) -> Self {
        of.iter().map(|lanes| B::lane(lanes, k)).collect()
    }
}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: Bundle<N>,)+ const N: usize> Bundle<N> for ($($name,)+) {
            type Lanes = ($($name::Lanes,)+);

            #[inline]
            #[track_caller]
            fn gather(each: [&Self; N]) -> Self::Lanes {
                ($($name::gather(each.map(|one| &one.$index)),)+)
            }

            #[inline]
            fn lane(of: &Self::Lanes, k: usize) -> Self {
                ($($name::lane(&of.$index, k),)+)
            }
        }
    };
}
crate::vector::each_tuple!(tuple);

/// Zeros in the shape of `memory`, `K` side by side.
#[doc(hidden)]
#[inline]
pub fn zero_lanes<T: Bundle<K> + ?Sized, const K: usize>(memory: &T) -> T::Lanes
where
    T::Lanes: VectorSpace,
{
    let mut zeros = T::gather([memory; K]);
    zeros.set_zero();
    zeros
}
