//! The list of fixtures, in one place.

/// Calls `$harness!` with the name of every file in `programs/`.
///
/// Those under `both` are checked in `f64`, and in `f32` against their `f64` twin; those under
/// `double` say things that `f32` cannot carry, or mix both types themselves.
#[macro_export]
macro_rules! fixtures {
    ($harness:ident) => {
        $harness! {
            both {
            }
            double {
            }
        }
    };
}
