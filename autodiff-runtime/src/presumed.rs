//! The questions that generated code asks the compiler about what `#[grad]`, which sees no types, has taken for a number
//! or a sequence. Nothing of this runs.

#[cfg(feature = "alloc")]
use alloc::{boxed::Box, vec::Vec};
use core::cell::Cell;

/// `f32`, `f64`, or a type parameter that stands for one of them.
#[diagnostic::on_unimplemented(
    message = "`#[grad]` took a `{Self}` for a float, because it is calculated with and its type is not seen",
    label = "this is a `{Self}`, whose operators and methods may mean anything",
    note = "say its type where it is read: `let part: {Self} = ..;`, and put `#[grad]` on the `impl` of its operators and \
            methods",
    note = "a number inside of it is read by its field: `.0`; an integer is made a float by `as f64`"
)]
pub trait IsFloat {}

#[diagnostic::do_not_recommend]
impl<T: crate::Real> IsFloat for T {}

/// An integer, `bool` or `char`: what has no derivative.
#[diagnostic::on_unimplemented(
    message = "`#[grad]` took a `{Self}` for an integer, because of how it is used and because its type is not seen",
    label = "this is a `{Self}`",
    note = "say its type where it is read: `let part: {Self} = ..;`"
)]
pub trait IsCount {}

macro_rules! counts {
    ($($name:ident)+) => {
        $(#[diagnostic::do_not_recommend] impl IsCount for $name {})+
    };
}
counts!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize bool char);

/// What is gone over in the order of its indices.
#[diagnostic::on_unimplemented(
    message = "`#[grad]` took a `{Self}` for an array, slice or vector, because it is gone over and its type is not seen",
    label = "this is a `{Self}`, whose iterator may yield anything",
    note = "go over its indices: `for i in 0..x.len()`; or over a slice: `for x in x.as_slice()`, `&x[..]`"
)]
pub trait IsSequence {}

#[diagnostic::do_not_recommend]
impl<T> IsSequence for [T] {}
#[diagnostic::do_not_recommend]
impl<T, const N: usize> IsSequence for [T; N] {}
#[diagnostic::do_not_recommend]
impl<S: IsSequence + ?Sized> IsSequence for &S {}
#[diagnostic::do_not_recommend]
impl<S: IsSequence + ?Sized> IsSequence for &mut S {}
#[cfg(feature = "alloc")]
#[diagnostic::do_not_recommend]
impl<T> IsSequence for Vec<T> {}
#[cfg(feature = "alloc")]
#[diagnostic::do_not_recommend]
impl<S: IsSequence + ?Sized> IsSequence for Box<S> {}

/// Of a place that is read as a float.
pub fn float<T: IsFloat>(_: &T) {}

/// Of a place that is read as an integer.
pub fn count<T: IsCount>(_: &T) {}

/// Of a place that is gone over.
pub fn sequence<T: IsSequence + ?Sized>(_: &T) {}

/// What a call yields that is gone over to its end.
#[doc(hidden)]
#[allow(missing_debug_implementations)]
pub struct Items<T>(Cell<Option<T>>);

impl<T> Items<T> {
    /// Of this.
    pub fn of(value: T) -> Items<T> {
        Items(Cell::new(Some(value)))
    }
}

/// A sequence is gone over by its indices. (The compiler looks for this before the others, which ask for references.)
#[doc(hidden)]
pub trait ItemsOfSequence {
    type Of;
    fn items(self) -> Self::Of;
}

impl<T: IsSequence> ItemsOfSequence for Items<T> {
    type Of = T;

    fn items(self) -> T {
        self.0.take().unwrap_or_else(|| unreachable!())
    }
}

/// Of an iterator that lends numbers, these are collected first: they are read as what is behind the reference.
#[cfg(feature = "alloc")]
#[doc(hidden)]
pub trait ItemsLent {
    type Of;
    fn items(self) -> Vec<Self::Of>;
}

#[cfg(feature = "alloc")]
impl<'a, T: IntoIterator<Item = &'a U>, U: Copy + 'a> ItemsLent for &Items<T> {
    type Of = U;

    fn items(self) -> Vec<U> {
        self.0.take().into_iter().flatten().copied().collect()
    }
}

/// Of anything else, the items.
#[cfg(feature = "alloc")]
#[doc(hidden)]
pub trait ItemsOfIterator {
    type From;
    fn items(self) -> Vec<<Self::From as IntoIterator>::Item>
    where
        Self::From: IntoIterator;
}

#[cfg(feature = "alloc")]
impl<T> ItemsOfIterator for &mut Items<T> {
    type From = T;

    fn items(self) -> Vec<T::Item>
    where
        T: IntoIterator,
    {
        self.0.take().into_iter().flatten().collect()
    }
}

/// The items of what a call yields: itself, if it has indices.
#[cfg(feature = "alloc")]
#[doc(hidden)]
#[macro_export]
macro_rules! items {
    ($of:expr) => {{
        #[allow(unused_imports)]
        use $crate::presumed::{ItemsLent as _, ItemsOfIterator as _, ItemsOfSequence as _};
        $crate::presumed::Items::of($of).items()
    }};
}

/// Without a heap, sequences alone.
#[cfg(not(feature = "alloc"))]
#[doc(hidden)]
#[macro_export]
macro_rules! items {
    ($of:expr) => {{
        use $crate::presumed::ItemsOfSequence as _;
        $crate::presumed::Items::of($of).items()
    }};
}

/// No type has it: it is the bound of stand-ins for the companions of methods, which are there in any case and which nothing
/// can call, so that the compiler says these words where the companion itself is missing.
#[diagnostic::on_unimplemented(
    message = "a method of `{Self}` without derivative is called on a value that is being differentiated",
    label = "this method has no `#[grad]`",
    note = "put `#[grad]` on the method; if it is one of a trait, on the trait, on its `impl` blocks and on the method there",
    note = "or give it a rule of its own: `#[derivative(of = ..)]`",
    note = "if no derivative is meant to pass through it, wrap what goes in: `autodiff_runtime::no_diff(..)`"
)]
pub trait ReverseMode {}

/// The same for forward mode.
#[diagnostic::on_unimplemented(
    message = "a method of `{Self}` without forward mode is called on a value that is being differentiated",
    label = "this method carries no `#[grad(jvp)]`",
    note = "forward mode of the caller, which its `jvp` asks for, needs that of what it calls",
    note = "if no derivative is meant to pass through it, wrap what goes in: `autodiff_runtime::no_diff(..)`"
)]
pub trait ForwardMode {}

/// The same for second derivatives.
#[diagnostic::on_unimplemented(
    message = "a method of `{Self}` without second derivative is called on a value that is being differentiated twice",
    label = "this method carries no `#[grad(hessian)]`",
    note = "`hessian` of the caller needs that of what it calls: put `#[grad(hessian)]` on the method, if it is yours",
    note = "if no derivative is meant to pass through it, wrap what goes in: `autodiff_runtime::no_diff(..)`"
)]
pub trait SecondOrder {}

/// Stand-ins for the companions of the methods that a generated function calls.
#[doc(hidden)]
#[macro_export]
macro_rules! methods {
    (ReverseMode: $($name:ident)*) => {
        trait Sweeps {
            $(fn $name(&self) {})*
        }
        impl<T: $crate::presumed::ReverseMode + ?Sized> Sweeps for T {}
    };
    (ForwardMode: $($name:ident)*) => {
        trait Tangents {
            $(fn $name(&self) {})*
        }
        impl<T: $crate::presumed::ForwardMode + ?Sized> Tangents for T {}
    };
    (SecondOrder: $($name:ident)*) => {
        trait Seconds {
            $(fn $name(&self) {})*
        }
        impl<T: $crate::presumed::SecondOrder + ?Sized> Seconds for T {}
    };
}
