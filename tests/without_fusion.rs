//! Every fixture with fusion switched off: the reverse sweep begins when the forward sweep has ended.
// The programs are linted once, in `programs.rs`.
#![cfg(not(clippy))]

autodiff_tests::fixture_tests!(autodiff_macro::grad_without_fusion);
