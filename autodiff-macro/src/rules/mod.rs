//! The table of rules: one row an operation on floats, read by both modes.
//!
//! A row does not hold partial derivatives but *contributions*: what argument `i` adds to the tangent of the result
//! (forward mode) is the same expression as what the result adds to the adjoint of argument `i` (reverse mode), with a
//! different derivative `D` coming in, because it is linear in `D`. So one template serves both modes, and it can be
//! written the way a person would (`d / (2 * out)`, not `d * (1 / (2 * out))`).

mod fold;
pub mod instantiate;
mod method;
mod rows;
pub mod table;

#[cfg(test)]
mod tests;

pub use instantiate::{Contribution, Known, Operand, instantiate, reads};
pub use table::{Class, Domain, Row, Rule, Term, row};
