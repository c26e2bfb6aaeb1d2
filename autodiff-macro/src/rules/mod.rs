//! The table of rules: one row an operation on floats, read by both modes.

pub mod table;

pub use table::{Class, Domain, Row, Rule, Term, row};
