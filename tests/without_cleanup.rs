//! Every fixture with cleanup switched off: nothing is folded and no dead code removed.
// The programs are linted once, in `programs.rs`.
#![cfg(not(clippy))]

autodiff_tests::fixture_tests!(autodiff_macro::grad_without_cleanup);
