//! What generated code does to memory of any shape, whose types the compiler knows and the macro does not.

#[cfg(feature = "alloc")]
use alloc::vec::Vec;

use crate::{Differentiable, NoDerivative, VectorSpace};

/// Zeros in the shape of `memory`: what its adjoint starts as.
#[doc(hidden)]
#[inline]
pub fn zero_like<T: Differentiable + ?Sized>(memory: &T) -> T::Tangent {
    memory.zero_tangent()
}

/// Sets an adjoint to zero.
#[doc(hidden)]
#[inline]
pub fn fill_zero<T: VectorSpace + ?Sized>(memory: &mut T) {
    memory.set_zero();
}

/// `to += from`, element by element; an array, a slice and a vector may meet.
#[doc(hidden)]
#[inline]
#[track_caller]
pub fn add_all<To: AddAll<From> + ?Sized, From: ?Sized>(to: &mut To, from: &From) {
    to.add_all(from);
}

/// Every scalar of `memory` becomes `value`.
#[doc(hidden)]
#[inline]
pub fn fill_all<T: FillAll<V> + ?Sized, V: Copy>(memory: &mut T, value: V) {
    memory.fill_all(value);
}

/// Memory to which `From` can be added, element by element.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a value that is being differentiated is passed to a parameter that the callee does not differentiate",
    label = "an adjoint `{Self}`, to which `{From}` would have to be added",
    note = "the parameter's type has no derivative, or `wrt(..)` of the callee's `#[grad]` leaves it out",
    note = "if no derivative is meant to pass, wrap the argument: `autodiff_runtime::no_diff(..)`"
)]
pub trait AddAll<From: ?Sized> {
    /// `self += from`.
    ///
    /// # Panics
    /// If lengths differ.
    fn add_all(&mut self, from: &From);
}

/// Memory whose scalars are `V`s.
#[doc(hidden)]
pub trait FillAll<V: Copy> {
    /// Every scalar becomes `value`.
    fn fill_all(&mut self, value: V);
}

macro_rules! scalars {
    ($($scalar:ident)+) => {
        $(
            #[diagnostic::do_not_recommend]
            impl AddAll<$scalar> for $scalar {
                #[inline(always)]
                fn add_all(&mut self, from: &$scalar) {
                    *self += *from;
                }
            }
        )+
    };
}
scalars!(f32 f64);

macro_rules! fill_scalars {
    ($($scalar:ident)+) => {
        $(
            impl FillAll<$scalar> for $scalar {
                #[inline(always)]
                fn fill_all(&mut self, value: $scalar) {
                    *self = value;
                }
            }
        )+
    };
}
fill_scalars!(f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize bool char);

/// Beside floats in a tuple: there is nothing to add.
macro_rules! beside_floats {
    ($($scalar:ident)+) => {
        $(
            #[diagnostic::do_not_recommend]
            impl AddAll<$scalar> for $scalar {
                #[inline(always)]
                fn add_all(&mut self, _: &$scalar) {}
            }

            #[diagnostic::do_not_recommend]
            impl FillAll<f32> for $scalar {
                #[inline(always)]
                fn fill_all(&mut self, _: f32) {}
            }

            #[diagnostic::do_not_recommend]
            impl FillAll<f64> for $scalar {
                #[inline(always)]
                fn fill_all(&mut self, _: f64) {}
            }
        )+
    };
}

#[diagnostic::do_not_recommend]
impl AddAll<NoDerivative> for NoDerivative {
    #[inline(always)]
    fn add_all(&mut self, _: &NoDerivative) {}
}

impl<V: Copy> FillAll<V> for NoDerivative {
    #[inline(always)]
    fn fill_all(&mut self, _: V) {}
}
beside_floats!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize bool char);

#[diagnostic::do_not_recommend]
impl<T: AddAll<U>, U> AddAll<[U]> for [T] {
    #[inline]
    #[track_caller]
    fn add_all(&mut self, from: &[U]) {
        assert_eq!(self.len(), from.len(), "lengths of an adjoint and of what is added to it");
        for (to, from) in self.iter_mut().zip(from) {
            to.add_all(from);
        }
    }
}

/// `$to` and `$from` as slices of `T` and `U`.
macro_rules! add_as_slices {
    ($([$($generics:tt)*] $to:ty, $from:ty;)+) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<T: AddAll<U>, U $($generics)*> AddAll<$from> for $to {
                #[inline]
                #[track_caller]
                fn add_all(&mut self, from: &$from) {
                    self[..].add_all(&from[..]);
                }
            }
        )+
    };
}
add_as_slices! {
    [, const N: usize] [T; N], [U; N];
    [, const N: usize] [T; N], [U];
    [, const N: usize] [T], [U; N];
}
#[cfg(feature = "alloc")]
add_as_slices! {
    [] Vec<T>, Vec<U>;
    [] Vec<T>, [U];
    [] [T], Vec<U>;
    [, const N: usize] Vec<T>, [U; N];
    [, const N: usize] [T; N], Vec<U>;
}

impl<V: Copy, T: FillAll<V>> FillAll<V> for [T] {
    #[inline]
    fn fill_all(&mut self, value: V) {
        for each in self {
            each.fill_all(value);
        }
    }
}

impl<V: Copy, T: FillAll<V>, const N: usize> FillAll<V> for [T; N] {
    #[inline]
    fn fill_all(&mut self, value: V) {
        self[..].fill_all(value);
    }
}

#[cfg(feature = "alloc")]
impl<V: Copy, T: FillAll<V>> FillAll<V> for Vec<T> {
    #[inline]
    fn fill_all(&mut self, value: V) {
        self[..].fill_all(value);
    }
}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<$($name: AddAll<$name>),+> AddAll<($($name,)+)> for ($($name,)+) {
            #[inline]
            #[track_caller]
            fn add_all(&mut self, from: &($($name,)+)) {
                $(self.$index.add_all(&from.$index);)+
            }
        }

        impl<V: Copy, $($name: FillAll<V>),+> FillAll<V> for ($($name,)+) {
            #[inline]
            fn fill_all(&mut self, value: V) {
                $(self.$index.fill_all(value);)+
            }
        }
    };
}
crate::vector::each_tuple!(tuple);

/// Element `i` becomes the one that was at `order[i]`; what `#[grad]` makes of a sort.
#[doc(hidden)]
#[cfg(feature = "alloc")]
pub fn permute<T>(elements: &mut [T], order: &[usize]) {
    let mut order = order.to_vec();
    for start in 0..order.len() {
        // Along a cycle: each place gets its element from the next one.
        let mut at = start;
        while order[at] != start {
            let next = order[at];
            elements.swap(at, next);
            order[at] = at;
            at = next;
        }
        order[at] = at;
    }
}

/// Undoes [`permute`].
#[doc(hidden)]
#[cfg(feature = "alloc")]
pub fn permute_back<T>(elements: &mut [T], order: &[usize]) {
    let mut order = order.to_vec();
    for at in 0..order.len() {
        while order[at] != at {
            let to = order[at];
            elements.swap(at, to);
            order.swap(at, to);
        }
    }
}

/// The indices `0..len` in the order in which the elements that they stand for are after a sort.
#[doc(hidden)]
#[cfg(feature = "alloc")]
#[must_use]
pub fn sorted(
    len: usize,
    mut compare: impl FnMut(usize, usize) -> core::cmp::Ordering,
) -> Vec<usize> {
    let mut order: Vec<usize> = (0..len).collect();
    order.sort_by(|i, j| compare(*i, *j));
    order
}

/// As [`sorted`], as `sort_unstable` has it.
#[doc(hidden)]
#[cfg(feature = "alloc")]
#[must_use]
pub fn sorted_unstable(
    len: usize,
    mut compare: impl FnMut(usize, usize) -> core::cmp::Ordering,
) -> Vec<usize> {
    let mut order: Vec<usize> = (0..len).collect();
    order.sort_unstable_by(|i, j| compare(*i, *j));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays() {
        let mut adjoint = zero_like(&[[1.0, 2.0], [3.0, 4.0]]);
        add_all(&mut adjoint, &[[1.0, 2.0], [3.0, 4.0]]);
        add_all(&mut adjoint[..], &[[1.0, 2.0], [3.0, 4.0]]);
        add_all(&mut adjoint[1], &[1.0, 1.0][..]);
        assert_eq!(adjoint, [[2.0, 4.0], [7.0, 9.0]]);
        fill_all(&mut adjoint[..1], 5.0);
        assert_eq!(adjoint, [[5.0, 5.0], [7.0, 9.0]]);
        fill_zero(&mut adjoint);
        assert_eq!(adjoint, [[0.0; 2]; 2]);
        let mut pair = (1.0, [2.0]);
        add_all(&mut pair, &(1.0, [1.0]));
        assert_eq!(pair, (2.0, [3.0]));
    }

    #[cfg(feature = "alloc")]
    #[test]
    fn vectors() {
        use alloc::vec;
        let mut adjoint = zero_like(&[[1.0f32; 3]; 2][..]);
        assert_eq!(adjoint, vec![[0.0f32; 3]; 2]);
        add_all(&mut adjoint, &[[1.0; 3]; 2]);
        add_all(&mut adjoint[..], &vec![[1.0; 3]; 2]);
        assert_eq!(adjoint, vec![[2.0; 3]; 2]);
        let mut nested = zero_like(&vec![vec![1.0], vec![2.0, 3.0]]);
        assert_eq!(nested, vec![vec![0.0], vec![0.0, 0.0]]);
        add_all(&mut nested, &[vec![1.0], vec![2.0, 3.0]]);
        add_all(&mut nested[1][..], &[1.0; 2]);
        assert_eq!(nested, vec![vec![1.0], vec![3.0, 4.0]]);
        assert_eq!(zero_like(&[&[1.0, 2.0][..], &[][..]][..]), vec![vec![0.0, 0.0], vec![]]);
    }

    #[test]
    #[should_panic(expected = "lengths")]
    fn lengths_must_agree() {
        add_all(&mut [0.0; 2][..], &[0.0; 3][..]);
    }
}
