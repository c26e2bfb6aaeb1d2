//! Every fixture in every mode with `#[grad]`: in `f64` against differences, in `f32` against
//! its `f64` twin.

use autodiff_tests::{Checker, fixtures};

macro_rules! programs {
    (() both { $($both:ident)* } double { $($double:ident)* } constants { $($constants:ident)* }) => {
        programs!(() both { $($both)* $($constants)* } double { $($double)* });
    };
    (() both { $($both:ident)* } double { $($double:ident)* }) => {
        mod double {
            use autodiff_tests::fixture_modules;

            fixture_modules!(
                (autodiff_runtime::grad) env!("CARGO_MANIFEST_DIR"), $($both)* $($double)*
            );
        }

        // Linted once, as above.
        #[cfg(not(clippy))]
        mod single {
            use autodiff_tests::fixture_modules;

            fixture_modules!((autodiff_runtime::grad) env!("OUT_DIR"), $($both)*);
        }

        $(
            #[cfg(not(clippy))]
            #[test]
            fn $both() {
                let (mut double, mut single) = (Checker::new(), Checker::single());
                double::$both::cases(&mut double);
                single::$both::cases(&mut single);
                autodiff_tests::assert_twins(single.records(), double.records(), 5e-4);
            }
        )*

        $(
            #[test]
            fn $double() {
                double::$double::cases(&mut Checker::new());
            }
        )*

        /// A fixture that nobody listed would never run.
        #[test]
        fn every_fixture_is_listed() {
            autodiff_tests::assert_all_listed(vec![$(stringify!($both),)* $(stringify!($double),)*]);
        }
    };
}

fixtures!([programs]());
