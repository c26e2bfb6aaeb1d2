//! Every fixture with the to-be-recorded analysis switched off: every overwritten value is saved.
// The programs are linted once, in `programs.rs`.
#![cfg(not(clippy))]

autodiff_tests::fixture_tests!(autodiff_macro::grad_without_to_be_recorded);
