//! How a forward-mode companion takes the tangents of its arguments: one that is there, or [`Zero`].

#[cfg(feature = "alloc")]
use alloc::vec::Vec;

use crate::Inactive;

/// The tangent `T` of a parameter passed by value.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a value that is being differentiated is passed to a parameter that the callee does not differentiate",
    label = "the tangent of this argument is `{Self}`; the callee has `{T}`",
    note = "the parameter's type has no derivative, or `wrt(..)` of the callee's `#[grad]` leaves it out",
    note = "if no derivative is meant to pass, wrap the argument: `autodiff_runtime::no_diff(..)`"
)]
pub trait Direction<T> {
    /// Whether it may be other than zero.
    const ACTIVE: bool;

    /// The tangent, unless it is zero.
    fn get(self) -> Option<T>;
}

/// The tangent `B` of a parameter passed by shared reference.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a value that is being differentiated is passed to a parameter that the callee does not differentiate",
    label = "the tangent of this argument is `{Self}`; the callee has `{B}`",
    note = "the parameter's type has no derivative, or `wrt(..)` of the callee's `#[grad]` leaves it out",
    note = "if no derivative is meant to pass, wrap the argument: `autodiff_runtime::no_diff(..)`"
)]
pub trait DirectionRef<B: ?Sized> {
    /// Whether it may be other than zero.
    const ACTIVE: bool;

    /// The tangent, unless it is zero.
    fn get(&self) -> Option<&B>;
}

/// The tangent `B` of a parameter passed by mutable reference: in and out.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a value that is being differentiated is passed to a parameter that the callee does not differentiate",
    label = "the tangent of this argument is `{Self}`; the callee has `{B}`",
    note = "the parameter's type has no derivative, or `wrt(..)` of the callee's `#[grad]` leaves it out",
    note = "if no derivative is meant to pass, wrap the argument: `autodiff_runtime::no_diff(..)`"
)]
pub trait DirectionMut<B: ?Sized> {
    /// Whether there is memory for it.
    const ACTIVE: bool;

    /// The memory of the tangent.
    fn get(&mut self) -> Option<&mut B>;
}

/// The tangent of an argument that is not differentiated.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Zero;

#[diagnostic::do_not_recommend]
impl<T> Direction<T> for Zero {
    const ACTIVE: bool = false;

    #[inline(always)]
    fn get(self) -> Option<T> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<B: ?Sized> DirectionRef<B> for Zero {
    const ACTIVE: bool = false;

    #[inline(always)]
    fn get(&self) -> Option<&B> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<B: ?Sized> DirectionMut<B> for Zero {
    const ACTIVE: bool = false;

    #[inline(always)]
    fn get(&mut self) -> Option<&mut B> {
        None
    }
}

/// What another direction has been asked for.
#[diagnostic::do_not_recommend]
impl<T> Direction<T> for Option<T> {
    const ACTIVE: bool = true;

    #[inline(always)]
    fn get(self) -> Option<T> {
        self
    }
}

/// A tangent that is there. (Not for every `T`, which would include [`Zero`].)
macro_rules! by_value {
    ($of:ty, [$($generics:tt)*]) => {
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Direction<$of> for $of {
            const ACTIVE: bool = true;

            #[inline(always)]
            fn get(self) -> Option<$of> {
                Some(self)
            }
        }
    };
}
by_value!(f32, []);
by_value!(f64, []);
by_value!(crate::Lanes<T, K>, [T, const K: usize]);
by_value!([T; N], [T, const N: usize]);
#[cfg(feature = "alloc")]
by_value!(Vec<T>, [T]);

macro_rules! by_value_tuples {
    ($($name:ident $index:tt),+) => {
        by_value!(($($name,)+), [$($name),+]);
    };
}
crate::vector::each_tuple!(by_value_tuples);

macro_rules! by_reference {
    ($to:ty, $from:ty, [$($generics:tt)*]) => {
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> DirectionRef<$to> for &$from {
            const ACTIVE: bool = true;

            #[inline(always)]
            fn get(&self) -> Option<&$to> {
                Some(&**self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($generics)*> DirectionRef<$to> for &mut $from {
            const ACTIVE: bool = true;

            #[inline(always)]
            fn get(&self) -> Option<&$to> {
                Some(&**self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($generics)*> DirectionRef<$to> for Option<&$from> {
            const ACTIVE: bool = true;

            #[inline(always)]
            fn get(&self) -> Option<&$to> {
                match self {
                    Some(tangent) => Some(&**tangent),
                    None => None,
                }
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($generics)*> DirectionMut<$to> for &mut $from {
            const ACTIVE: bool = true;

            #[inline(always)]
            fn get(&mut self) -> Option<&mut $to> {
                <Self as $crate::Slot<$to>>::get(self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($generics)*> DirectionMut<$to> for Option<&mut $from> {
            const ACTIVE: bool = true;

            #[inline(always)]
            fn get(&mut self) -> Option<&mut $to> {
                <Self as $crate::Slot<$to>>::get(self)
            }
        }
    };
}
#[cfg(feature = "alloc")]
pub(crate) use by_reference;

by_reference!(B, B, [B: ?Sized]);
by_reference!([T], [T; N], [T, const N: usize]);
#[cfg(feature = "alloc")]
by_reference!([T], Vec<T>, [T]);

/// Of a field that holds a reference: its tangent owns what the field borrows, and so does the copy of it that is passed by
/// whoever does not know the parameter.
macro_rules! by_owner {
    ($to:ty, $from:ty, [$($generics:tt)*]) => {
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> DirectionRef<$to> for $from {
            const ACTIVE: bool = true;

            #[inline(always)]
            fn get(&self) -> Option<&$to> {
                Some(self)
            }
        }
    };
}
by_owner!(f32, f32, []);
by_owner!(f64, f64, []);
by_owner!([T], [T; N], [T, const N: usize]);
by_owner!([T; N], [T; N], [T, const N: usize]);
by_owner!(T, T, [T: crate::record::TangentRecord]);
#[cfg(feature = "alloc")]
by_owner!([T], Vec<T>, [T]);
#[cfg(feature = "alloc")]
by_owner!(Vec<T>, Vec<T>, [T]);

/// So that one name for "nothing" does where a slot and a direction look alike.
#[diagnostic::do_not_recommend]
impl<B: ?Sized> DirectionMut<B> for Inactive {
    const ACTIVE: bool = false;

    #[inline(always)]
    fn get(&mut self) -> Option<&mut B> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jvp<D0: Direction<f64>, D1: DirectionRef<[f64]>, D2: DirectionMut<[f64]>>(
        d0: D0,
        d1: D1,
        mut d2: D2,
    ) -> f64 {
        if let Some(out) = d2.get() {
            out[0] = 7.0;
        }
        d0.get().unwrap_or(0.0) + d1.get().map_or(0.0, |d1| d1[1])
    }

    #[test]
    fn there_or_zero() {
        let mut out = [0.0; 2];
        assert_eq!(jvp(1.0, [2.0, 3.0].as_slice(), &mut out), 4.0);
        assert_eq!(out[0], 7.0);
        assert_eq!(jvp(Zero, Zero, Zero), 0.0);
        assert_eq!(jvp(Some(2.0), Zero, Some(&mut out[1..])), 2.0);
        assert_eq!(out[1], 7.0);
    }
}
