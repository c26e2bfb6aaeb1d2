//! Where a callee's reverse sweep adds the adjoint of a parameter passed by reference.

#[cfg(feature = "alloc")]
use alloc::vec::Vec;

use crate::{AddAll, Contribution};

/// A place for the adjoint `B` of a shared parameter: a mutable reference to memory that has this shape, or
/// [`Inactive`]. The callee is compiled anew for each kind, so that nothing is computed for nobody.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a value that is being differentiated is passed to a parameter that the callee does not differentiate",
    label = "the adjoint of this argument is `{Self}`; the callee has `{B}`",
    note = "the parameter's type has no derivative, or `wrt(..)` of the callee's `#[grad]` leaves it out",
    note = "if no derivative is meant to pass, wrap the argument: `autodiff_runtime::no_diff(..)`"
)]
pub trait Slot<B: ?Sized> {
    /// Whether there is somebody to read the adjoint.
    const ACTIVE: bool;

    /// The memory to add to.
    fn get(&mut self) -> Option<&mut B>;
}

/// The slot of an argument that is not differentiated.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Inactive;

#[diagnostic::do_not_recommend]
impl<B: ?Sized> Slot<B> for Inactive {
    const ACTIVE: bool = false;

    #[inline(always)]
    fn get(&mut self) -> Option<&mut B> {
        None
    }
}

/// Memory of type `$from` serves as `$to`; so does what another slot has been asked for.
macro_rules! slot {
    ($to:ty, $from:ty, [$($generics:tt)*]) => {
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> $crate::Slot<$to> for &mut $from {
            const ACTIVE: bool = true;

            #[inline(always)]
            fn get(&mut self) -> Option<&mut $to> {
                Some(&mut **self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($generics)*> $crate::Slot<$to> for Option<&mut $from> {
            const ACTIVE: bool = true;

            #[inline(always)]
            fn get(&mut self) -> Option<&mut $to> {
                match self {
                    Some(memory) => Some(&mut **memory),
                    None => None,
                }
            }
        }
    };
}
#[cfg(feature = "alloc")]
pub(crate) use slot;

slot!(B, B, [B: ?Sized]);
slot!([T], [T; N], [T, const N: usize]);
#[cfg(feature = "alloc")]
slot!([T], Vec<T>, [T]);

/// Where a callee's reverse sweep adds the contribution `C` to the adjoint of a parameter passed by value, for a caller
/// who does not know that it is passed by value, and has what would be a [`Slot`].
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a value that is being differentiated is passed to a parameter that the callee does not differentiate",
    label = "the adjoint of this argument is `{Self}`; the callee has `{C}`",
    note = "the parameter's type has no derivative, or `wrt(..)` of the callee's `#[grad]` leaves it out",
    note = "if no derivative is meant to pass, wrap the argument: `autodiff_runtime::no_diff(..)`"
)]
pub trait Sink<C> {
    /// Adds the contribution.
    fn add(self, contribution: C);
}

#[diagnostic::do_not_recommend]
impl<C> Sink<C> for Inactive {
    #[inline(always)]
    fn add(self, _: C) {}
}

#[diagnostic::do_not_recommend]
impl<C, S: AddAll<C> + ?Sized> Sink<C> for &mut S {
    #[inline(always)]
    #[track_caller]
    fn add(self, contribution: C) {
        self.add_all(&contribution);
    }
}

#[diagnostic::do_not_recommend]
impl<C, S: AddAll<C> + ?Sized> Sink<C> for Option<&mut S> {
    #[inline(always)]
    #[track_caller]
    fn add(self, contribution: C) {
        if let Some(adjoint) = self {
            adjoint.add_all(&contribution);
        }
    }
}

/// Takes the one contribution to an argument of which the caller does not know the shape.
#[doc(hidden)]
#[derive(Debug)]
pub struct Taken<'a, C>(pub &'a mut Option<C>);

#[diagnostic::do_not_recommend]
impl<C: Contribution> Sink<C> for Taken<'_, C> {
    #[inline(always)]
    fn add(self, contribution: C) {
        *self.0 = Some(contribution);
    }
}

/// What was [`Taken`].
#[doc(hidden)]
#[inline(always)]
#[must_use]
pub fn taken<C>(contribution: Option<C>) -> C {
    contribution.expect("a reverse sweep contributes to each argument")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NoDerivative;

    fn add_one<S: Slot<[f64]>>(mut slot: S) -> bool {
        if let Some(adjoint) = slot.get() {
            adjoint[0] += 1.0;
            pass_on(slot.get().map(|all| &mut all[1..]));
        }
        S::ACTIVE
    }

    fn pass_on(mut slot: impl Slot<[f64]>) {
        if let Some(adjoint) = slot.get() {
            adjoint[0] += 2.0;
        }
    }

    fn none(_: impl Slot<NoDerivative>) {}

    #[test]
    fn every_memory_reaches_the_slice() {
        let mut array = [0.0; 2];
        assert!(add_one(&mut array));
        assert!(add_one(&mut array[..]));
        assert_eq!(array, [2.0, 4.0]);
        assert!(!add_one(Inactive));
        none(Inactive);
    }

    #[cfg(feature = "alloc")]
    #[test]
    fn a_vector_too() {
        let mut vector = alloc::vec![0.0; 3];
        assert!(add_one(&mut vector));
        assert_eq!(vector, [1.0, 2.0, 0.0]);
    }

    #[test]
    fn slots_of_what_is_passed_by_value() {
        let (mut adjoint, mut shape) = (1.0, None);
        Sink::add(&mut adjoint, 2.0);
        Sink::add(Some(&mut adjoint), 3.0);
        Sink::add(Inactive, 4.0);
        Sink::add(&mut crate::Ignored, NoDerivative);
        Sink::add(Taken(&mut shape), [5.0]);
        assert_eq!((adjoint, taken(shape)), (6.0, [5.0]));
    }

    #[test]
    fn nested_and_scalar() {
        fn rows(mut slot: impl Slot<[[f64; 2]]>) {
            slot.get().unwrap()[0][1] = 5.0;
        }
        fn scalar(mut slot: impl Slot<f64>) {
            *slot.get().unwrap() += 1.0;
        }
        let mut matrix = [[0.0; 2]; 3];
        rows(&mut matrix);
        scalar(&mut matrix[0][1]);
        assert_eq!(matrix[0][1], 6.0);
    }
}
