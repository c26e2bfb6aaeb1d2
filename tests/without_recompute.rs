//! Every fixture with recomputation switched off: what the reverse sweep needs is saved.
// The programs are linted once, in `programs.rs`.
#![cfg(not(clippy))]

autodiff_tests::fixture_tests!(autodiff_macro::grad_without_recompute);
