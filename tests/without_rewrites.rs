//! Every fixture without the rewrites that make sweeps fast: loops as they come, on memory as it stands.
// The programs are linted once, in `programs.rs`.
#![cfg(not(clippy))]

autodiff_tests::fixture_tests!(autodiff_macro::grad_without_rewrites);
