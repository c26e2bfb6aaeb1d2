//! Random programs, and what must hold for the derivatives of each.
//!
//! [`generate`] builds a valid function that is smooth where it runs and whose values stay small; [`check`] compares
//! its derivatives in both modes with each other and with differences, by the interpreter; [`shrink`] makes a
//! program that fails smaller; [`tests`] runs them by the hundred thousand.

mod calls;
mod check;
mod check_second;
mod control;
mod generate;
mod inputs;
mod memory;
mod prng;
mod shrink;
mod statements;
mod tests;
mod vectors;
