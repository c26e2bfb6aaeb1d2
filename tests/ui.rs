//! What must not compile, with its messages, and what must compile without a warning.

// One project for both: each builds its own dependencies.
#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    // One case a mistake: the message stands at the user's token and says what, why and what to
    // write instead; mistakes that are not the macro's to find are found once, by the compiler.
    cases.compile_fail("ui/fail/*.rs");
    // Under `#![deny(warnings)]`.
    cases.pass("ui/pass/*.rs");
}
