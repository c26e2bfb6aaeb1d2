//! Every fixture with fusion switched off: the reverse sweep begins when the forward sweep has ended.

autodiff_tests::fixture_tests!(autodiff_macro::grad_without_fusion);
