//! The harness that every fixture in `programs/` is checked with.
//!
//! A fixture holds `#[grad(jvp)]` functions and one `pub fn cases(c: &mut Checker)` that
//! names points at which to check them:
//!
//! ```ignore
//! #[grad(jvp)]
//! pub fn horner(coefficients: &[f64], x: f64, degree: usize) -> f64 { .. }
//!
//! pub fn cases(c: &mut Checker) {
//!     check!(c, horner(&vec![0.5, -1.0, 2.0], 0.7, const 2) -> f64);
//! }
//! ```
//!
//! It names the attribute only as `grad`, and the includer decides which attribute that is;
//! see [`fixtures!`] for the list and [`fixture_tests!`] for a harness.

mod call;
mod checker;
pub mod differences;
mod fixtures;
mod flat;
mod foreign;
mod list;
mod modes;
mod random;

pub use call::epsilon;
pub use checker::{Case, Checker, Record, assert_twins};
pub use fixtures::assert_all_listed;
pub use flat::{Flat, flat, like, tangent_like};
pub use modes::Modes;
pub use random::Random;

#[doc(hidden)]
pub use pastey::paste;
