//! Harnesses: fixtures as modules, each under an attribute of the harness's choice.

/// One test a fixture, with `$attribute` as the fixture's `grad`.
///
/// ```ignore
/// autodiff_tests::fixture_tests!(autodiff_macro::grad_without_activity);
/// ```
#[macro_export]
macro_rules! fixture_tests {
    ($($attribute:ident)::+) => {
        // A macro of its own, as `fixtures!` can only pass the names.
        macro_rules! harness {
            (both { $$($$both:ident)* } double { $$($$double:ident)* }) => {};
        }
        $crate::fixtures!(harness);
    };
}
