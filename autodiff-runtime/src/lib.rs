//! Exact gradients of plain Rust functions: what a program that uses [`#[grad]`](grad) depends on.
//!
//! ```
//! use autodiff_runtime::grad;
//!
//! #[grad(wrt(weights))]
//! fn loss(weights: &[f64], x: &[f64], y: f64) -> f64 {
//!     let mut prediction = 0.0;
//!     for i in 0..x.len() {
//!         prediction += weights[i] * x[i];
//!     }
//!     (prediction - y).powi(2)
//! }
//!
//! let (value, gradient) = loss_value_and_grad(&[1.0, 2.0], &[3.0, 4.0], 10.0);
//! assert_eq!((value, gradient), (1.0, vec![6.0, 8.0]));
//! ```
//!
//! - [`grad`] describes the attribute: the functions that it writes, its options, and the language that it accepts.
//! - [`Differentiable`] is the trait of the types that have a gradient; [`VectorSpace`], of the gradients.
//! - [`Float`] is for functions that are generic over the precision.
//! - [`no_diff`] leaves a dependence out of the derivative.
#![cfg_attr(
    feature = "std",
    doc = "- [`check`] compares gradients with differences, and forward with reverse mode: one line in a test."
)]
//!
//! # Features
//!
//! | feature | |
//! | --- | --- |
//! | `std` (default) | `check`, and the methods of [`Float`] that `core` lacks; implies `alloc` |
//! | `nalgebra` | derivatives of functions of its [vectors and matrices](#vectors-and-matrices) |
//! | `ndarray` | the same for its arrays |
//! | `special` | `special`: erf, gamma, Bessel and other functions with derivatives; depends on `libm` |
//! | `alloc` | gradients of slices and vectors, which are vectors, and loops whose length is not known at compile time |
//!
//! Without features, this crate is `no_std` and without `alloc`: for functions of floats, arrays and slices that need no
//! heap themselves. (The gradient of a slice is then written to a buffer of yours: `f_grad_into`.)
//!
#![doc = include_str!("../docs/matrices.md")]
//!
//! # Kinks
//!
#![doc = include_str!("../docs/kinks.md")]
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
mod choice;
mod companion;
mod differentiable;
mod direction;
mod float;
#[doc(hidden)]
pub mod foreign;
mod function;
#[doc(hidden)]
pub mod generic;
mod held;
#[cfg(feature = "alloc")]
mod implicit;
mod jacobian;
mod lanes;
#[doc(hidden)]
pub mod operator;
#[doc(hidden)]
pub mod presumed;
mod record;
#[doc(hidden)]
pub mod revolve;
mod shapes;
mod slot;
#[cfg(feature = "alloc")]
pub mod sparse;
#[cfg(feature = "special")]
pub mod special;
mod stack;
mod vector;
#[cfg(feature = "alloc")]
mod workspace;

#[doc = include_str!("../docs/derivative.md")]
pub use autodiff_macro::derivative;
#[doc(hidden)]
pub use autodiff_macro::grad_with_sources;
pub use autodiff_macro::{Differentiable, grad};
#[doc(hidden)]
pub use choice::{Choice, parts};
#[doc(hidden)]
#[doc(hidden)]
pub use companion::{
    Again, Companion, CompanionOf, Contribution, Elements, Field, Generics, List, Refused,
    SecondOrder, SecondOrderOf, Twice, Unnamed, active, again, plus,
};
pub use companion::{NoDerivative, no_diff, with_derivative};
pub use differentiable::{Differentiable, Point};
#[doc(hidden)]
pub use direction::{Direction, DirectionMut, DirectionRef, Zero};
pub use float::Float;
pub use function::GradFn;
pub use generic::Real;
#[doc(hidden)]
pub use held::{Held, Moved, held, held_mut};
#[cfg(feature = "alloc")]
#[doc(hidden)]
pub use implicit::{implicit_adjoint, implicit_tangent};
pub use jacobian::Rows;
#[doc(hidden)]
pub use jacobian::{
    Entry, by_columns, set_column, set_columns, set_units, write_column, write_columns, write_row,
};
#[doc(hidden)]
pub use lanes::zero_lanes;
pub use lanes::{Bundle, Lanes};
#[doc(hidden)]
pub use record::{Component, Ignored, TangentRecord, component, largest};
#[doc(hidden)]
pub use shapes::{AddAll, FillAll, add_all, fill_all, fill_zero, zero_like};
#[doc(hidden)]
#[cfg(feature = "alloc")]
pub use shapes::{permute, permute_back, sorted, sorted_unstable};
#[doc(hidden)]
pub use slot::{Inactive, Sink, Slot, Taken, taken};
#[doc(hidden)]
pub use stack::{Blank, Stack};
pub use vector::VectorSpace;
#[cfg(feature = "alloc")]
pub use workspace::Workspace;

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
