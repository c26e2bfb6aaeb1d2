//! Every fixture with recomputation switched off: what the reverse sweep needs is saved.

autodiff_tests::fixture_tests!(autodiff_macro::grad_without_recompute);
