//! Every fixture with cleanup switched off: nothing is folded and no dead code removed.

autodiff_tests::fixture_tests!(autodiff_macro::grad_without_cleanup);
