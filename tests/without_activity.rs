//! Every fixture with activity analysis switched off: everything is taken to be active.
// The programs are linted once, in `programs.rs`.
#![cfg(not(clippy))]

autodiff_tests::fixture_tests_without_activity!(autodiff_macro::grad_without_activity);
