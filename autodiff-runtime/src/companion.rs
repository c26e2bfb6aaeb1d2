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
    note = "if no derivative is meant to pass through it, wrap the argument: `autodiff_runtime::no_diff(..)`"
)]
pub trait Companion {
    /// What the forward sweep keeps for the reverse sweep.
    type Kept;
    /// The result, for a caller who must keep one whose type only the compiler knows.
    type Output;
}

/// The type of field `I` of a tuple, for a caller who must keep a part of a result.
#[doc(hidden)]
pub trait Field<const I: usize> {
    /// Its type.
    type Type;
}

macro_rules! fields {
    ($($name:ident $index:tt),+) => {
        fields!(@each ($($name),+) $($name $index),+);
    };
    (@each $all:tt $($name:ident $index:tt),+) => {
        $(fields!(@one $all $name $index);)+
    };
    (@one ($($all:ident),+) $name:ident $index:tt) => {
        impl<$($all),+> Field<$index> for ($($all,)+) {
            type Type = $name;
        }
    };
}
crate::vector::each_tuple!(fields);

/// In the place of an adjoint or a tangent of something that has none: an integer, or a parameter that
/// `wrt` leaves out.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoDerivative;

/// Nothing can be added to it: no component.
impl crate::VectorSpace for NoDerivative {
    const PRECISION: f64 = 0.0;
    const DIMENSION: Option<usize> = Some(0);

    fn dimension(&self) -> usize {
        0
    }

    fn set_zero(&mut self) {}

    fn add_assign(&mut self, _: &Self) {}

    fn scale(&mut self, _: f64) {}

    fn add_scaled(&mut self, _: f64, _: &Self) {}

    fn dot(&self, _: &Self) -> f64 {
        0.0
    }

    fn for_each(&self, _: &mut dyn FnMut(f64)) {}

    fn map_each(&mut self, _: &mut dyn FnMut(f64) -> f64) {}

    fn write_path(&self, _: usize, _: &mut dyn core::fmt::Write) -> core::fmt::Result {
        Ok(())
    }
}

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
    note = "if no derivative is meant to pass, wrap the argument: `autodiff_runtime::no_diff(..)`"
)]
pub trait Contribution {}

// Without bounds on elements, so that it is this trait's message that the user sees.
#[diagnostic::do_not_recommend]
impl Contribution for f32 {}
#[diagnostic::do_not_recommend]
impl Contribution for f64 {}
#[diagnostic::do_not_recommend]
impl<T, const N: usize> Contribution for [T; N] {}
#[cfg(feature = "alloc")]
#[diagnostic::do_not_recommend]
impl<T> Contribution for Vec<T> {}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<$($name),+> Contribution for ($($name,)+) {}
    };
}
crate::vector::each_tuple!(tuple);

/// Returns `value`, which is a constant for `#[grad]` from here on: no derivative passes through.
///
/// ```
/// use autodiff_runtime::no_diff;
/// assert_eq!(no_diff(3.0), 3.0);
/// ```
///
/// In a differentiated function, it says that a dependence is left out on purpose: into a function that has no
/// derivative, or into an integer.
///
/// ```ignore
/// #[grad]
/// fn scaled(x: f64, table: &[f64]) -> f64 {
///     x * table[no_diff(x) as usize] * lookup(no_diff(x))
/// }
/// ```
#[inline(always)]
pub fn no_diff<T>(value: T) -> T {
    value
}

/// An argument passed by value, for the callee's reverse sweep: a scalar again, nothing for what was moved (of that the
/// callee keeps what it needs). For callers that do not know which of the two they have.
#[doc(hidden)]
pub trait Again {
    type Arg;
    fn again(&self) -> Self::Arg;
}

macro_rules! again {
    ($($scalar:ident)*) => {
        $(impl Again for $scalar {
            type Arg = $scalar;

            #[inline(always)]
            fn again(&self) -> $scalar {
                *self
            }
        })*
    };
}
again!(f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize bool char);

impl<T, const N: usize> Again for [T; N] {
    type Arg = ();

    #[inline(always)]
    fn again(&self) {}
}

#[cfg(feature = "alloc")]
impl<T> Again for alloc::vec::Vec<T> {
    type Arg = ();

    #[inline(always)]
    fn again(&self) {}
}

#[doc(hidden)]
#[inline(always)]
pub fn again<T: Again>(value: &T) -> T::Arg {
    value.again()
}

/// `a + b` of two adjoints of any shape.
#[doc(hidden)]
#[inline]
pub fn plus<T: crate::AddAll<T>>(mut a: T, b: T) -> T {
    crate::add_all(&mut a, &b);
    a
}
