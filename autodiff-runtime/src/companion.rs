//! How generated functions find what was generated beside the functions they call.

#[cfg(feature = "alloc")]
use alloc::vec::Vec;

/// What `#[grad]` puts beside a function `f`: a type of the same name that carries the sweeps, so that one
/// `use path::f;` imports both.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no derivative",
    label = "called on a value that is being differentiated",
    note = "put `#[grad]` on the function, or give it a rule of its own",
    note = "if no derivative is meant to pass through it, wrap the call: `autodiff_runtime::constant(..)`"
)]
pub trait Companion {
    /// What the forward sweep keeps for the reverse sweep.
    type Kept;
}

/// In the place of an adjoint or a tangent of something that has none: an integer, or a parameter that
/// `wrt` leaves out.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoDerivative;

/// The contribution of a callee to the adjoint of an argument passed by value, which must be there: a
/// [`NoDerivative`] is refused, with the reason.
#[doc(hidden)]
#[inline(always)]
pub fn active<T: Contribution>(contribution: T) -> T {
    contribution
}

/// A contribution to an adjoint: everything that can be added, unlike [`NoDerivative`].
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a value that is being differentiated is passed to a parameter that the callee does not differentiate",
    label = "the callee has no derivative with respect to this argument",
    note = "the parameter's type has none, or `wrt(..)` of the callee's `#[grad]` leaves it out",
    note = "if no derivative is meant to pass, wrap the argument: `autodiff_runtime::constant(..)`"
)]
pub trait Contribution {}

// Without bounds on elements, so that it is this trait's message that the user sees.
impl Contribution for f32 {}
impl Contribution for f64 {}
impl<T, const N: usize> Contribution for [T; N] {}
#[cfg(feature = "alloc")]
impl<T> Contribution for Vec<T> {}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name),+> Contribution for ($($name,)+) {}
    };
}
crate::vector::each_tuple!(tuple);

/// Returns `value`, and no derivative passes through: for `#[grad]` it is a constant, and so is all that it
/// was computed from.
///
/// ```
/// use autodiff_runtime::constant;
/// assert_eq!(constant(3.0), 3.0);
/// ```
///
/// In a differentiated function, it says that a dependence is left out on purpose, such as the scale of a
/// gradient clipping or a function that has no derivative:
///
/// ```ignore
/// #[grad]
/// fn scaled(x: f64) -> f64 {
///     x * constant(lookup(x))
/// }
/// ```
#[inline(always)]
pub fn constant<T>(value: T) -> T {
    value
}
