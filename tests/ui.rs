//! What must not compile, with its messages, and what must compile without a warning.

/// One case a mistake: the message stands at the user's token and says what, why and what to
/// write instead; mistakes that are not the macro's to find are found once, by the compiler.
#[test]
fn fail() {
    trybuild::TestCases::new().compile_fail("ui/fail/*.rs");
}

/// Under `#![deny(warnings)]`.
#[test]
fn pass() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}
