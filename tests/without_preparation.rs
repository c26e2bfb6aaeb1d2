//! Every fixture with what is computed twice left as it is, and what recurrences carry saved.

autodiff_tests::fixture_tests!(autodiff_macro::grad_without_preparation);
