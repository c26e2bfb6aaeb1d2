//! (Being written.)
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

#[cfg(feature = "alloc")]
#[doc(hidden)]
pub extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

#[cfg(feature = "std")]
pub mod check;
mod companion;
mod differentiable;
mod direction;
mod float;
mod shapes;
mod slot;
mod stack;
mod vector;

pub use autodiff_macro::grad;
pub use companion::constant;
#[doc(hidden)]
pub use companion::{Companion, Contribution, NoDerivative, active};
pub use differentiable::{Differentiable, Point};
#[doc(hidden)]
pub use direction::{Direction, DirectionMut, DirectionRef, Zero};
pub use float::Float;
#[doc(hidden)]
pub use shapes::{AddAll, FillAll, add_all, fill_all, fill_zero, zero_like};
#[doc(hidden)]
pub use slot::{Inactive, Slot};
#[doc(hidden)]
pub use stack::{Blank, Stack};
pub use vector::VectorSpace;

/// Items that need a heap: there with the feature `alloc`.
#[cfg(feature = "alloc")]
#[doc(hidden)]
#[macro_export]
macro_rules! if_alloc {
    ($($tokens:tt)*) => { $($tokens)* };
}

/// Items that need a heap: left out without the feature `alloc`.
#[cfg(not(feature = "alloc"))]
#[doc(hidden)]
#[macro_export]
macro_rules! if_alloc {
    ($($tokens:tt)*) => {};
}
