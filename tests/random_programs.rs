//! Random programs: the value bit for bit, reverse against forward mode, and both against differences where these do
//! not step into another branch.
//!
//! `build.rs` writes them; the file is named by a failure. What fails is made small and becomes a fixture.

use autodiff_tests::Checker;

macro_rules! random_programs {
    ($($program:ident)*) => {
        $(
            #[test]
            fn $program() {
                println!("{}", concat!(env!("OUT_DIR"), "/random_programs.rs"));
                $program::cases(&mut Checker::where_smooth());
            }
        )*

        /// Differences would find nothing if all were left out.
        #[test]
        fn most_are_compared_with_differences() {
            let mut c = Checker::where_smooth();
            $(
                // What is wrong is reported by the program's own test.
                let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| $program::cases(&mut c)));
            )*
            let (compared, left_out) = c.compared();
            println!("compared {compared}, left out {left_out}");
            assert!(compared > 4 * left_out, "compared {compared}, left out {left_out}");
        }
    };
}

include!(concat!(env!("OUT_DIR"), "/random_programs.rs"));
