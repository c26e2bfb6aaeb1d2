//! Every fixture without windows, rows and loops in another order.

autodiff_tests::fixture_tests!(autodiff_macro::grad_without_windows);
