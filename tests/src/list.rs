//! Harnesses: fixtures as modules, each under an attribute of the harness's choice.

/// One test a fixture, with an attribute of the includer's choice as the fixture's `grad`.
///
/// ```ignore
/// autodiff_tests::fixture_tests!(autodiff_macro::grad_without_activity);
/// ```
#[macro_export]
macro_rules! fixture_tests {
    ($($attribute:ident)::+) => {
        $crate::fixtures!([$crate::fixture_tests_of] ($($attribute)::+));
    };
}

/// As [`fixture_tests!`], of the fixtures that do without activity analysis too.
#[macro_export]
macro_rules! fixture_tests_without_activity {
    ($($attribute:ident)::+) => {
        $crate::fixtures!([$crate::fixture_tests_of_some] ($($attribute)::+));
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! fixture_tests_of_some {
    ($attribute:tt both { $($both:ident)* } double { $($double:ident)* } constants { $($constants:ident)* }) => {
        $crate::fixture_tests_of!($attribute both { $($both)* } double { $($double)* } constants {});
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! fixture_tests_of {
    ($attribute:tt both { $($both:ident)* } double { $($double:ident)* } constants { $($constants:ident)* }) => {
        mod programs {
            $crate::fixture_modules!(
                $attribute check_sweeps env!("CARGO_MANIFEST_DIR"), $($both)* $($double)* $($constants)*
            );
        }
        $($crate::fixture_test!($both);)*
        $($crate::fixture_test!($double);)*
        $($crate::fixture_test!($constants);)*
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! fixture_test {
    ($name:ident) => {
        #[test]
        fn $name() {
            programs::$name::cases(&mut $crate::Checker::new());
        }
    };
}

/// A module for each fixture of a folder that holds a folder `programs`.
///
/// The fixture finds three names: `grad`, [`Checker`](crate::Checker) and `check!`, which another macro may stand for.
#[macro_export]
macro_rules! fixture_modules {
    ($attribute:tt check_sweeps $folder:expr, $($name:ident)*) => {
        $($crate::fixture_module!($attribute check_sweeps $folder, $name);)*
    };
    ($attribute:tt $folder:expr, $($name:ident)*) => {
        $($crate::fixture_module!($attribute check $folder, $name);)*
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! fixture_module {
    (($($attribute:ident)::+) $check:ident $folder:expr, $name:ident) => {
        // Fixtures are written as people write, with indices where they help; not every
        // function that is generated for one is called, and some values are overwritten unread.
        #[allow(dead_code, unused_assignments, clippy::all)]
        pub mod $name {
            use $($attribute)::+ as grad;
            use $crate::{Checker, $check as check};

            include!(concat!($folder, "/programs/", stringify!($name), ".rs"));
        }
    };
}

/// As [`fixture_tests!`], for Jacobians and second derivatives of the fixtures named.
#[macro_export]
macro_rules! mode_tests {
    ($($name:ident)*) => {
        mod programs {
            $(
                #[allow(dead_code, unused_imports, unused_assignments, unused_variables, clippy::all)]
                pub mod $name {
                    use autodiff_macro::grad_in_every_mode as grad;
                    use $crate::{Checker, check_modes as check};

                    include!(concat!(
                        env!("CARGO_MANIFEST_DIR"), "/programs/", stringify!($name), ".rs"
                    ));
                }
            )*
        }
        $(
            #[test]
            fn $name() {
                programs::$name::cases(&mut $crate::Checker::new());
            }
        )*

        const LISTED: &[&str] = &[$(stringify!($name)),*];
    };
}
