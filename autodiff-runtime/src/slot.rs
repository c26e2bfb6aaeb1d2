//! Where a callee's reverse sweep adds the adjoint of a parameter passed by reference.

#[cfg(feature = "alloc")]
use alloc::vec::Vec;

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
        impl<$($generics)*> Slot<$to> for &mut $from {
            const ACTIVE: bool = true;

            #[inline(always)]
            fn get(&mut self) -> Option<&mut $to> {
                Some(&mut **self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Slot<$to> for Option<&mut $from> {
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
slot!(B, B, [B: ?Sized]);
slot!([T], [T; N], [T, const N: usize]);
#[cfg(feature = "alloc")]
slot!([T], Vec<T>, [T]);

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
