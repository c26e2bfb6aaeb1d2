// Generated functions are as visible as the function, from every module.
#![deny(warnings, unreachable_pub)]

mod outer {
    pub(crate) mod inner {
        use autodiff_runtime::grad;

        #[grad]
        fn private(x: f64) -> f64 {
            x * x
        }

        #[grad]
        pub(super) fn for_outer(x: f64) -> f64 {
            private(x) * x
        }

        #[grad]
        pub(in crate::outer) fn in_outer(x: f64) -> f64 {
            private(x) + x
        }

        #[grad]
        pub(crate) fn for_all(x: f64) -> f64 {
            for_outer(x) + in_outer(x)
        }

        pub(crate) fn use_private() -> f64 {
            private_grad(3.0)
        }
    }

    pub(crate) fn use_inner() -> f64 {
        inner::for_outer_grad(3.0) + inner::in_outer_grad(3.0)
    }

    pub(crate) use inner::for_all as everyone;
}

use autodiff_runtime::grad;
use outer::everyone;

#[grad]
fn caller(x: f64) -> f64 {
    everyone(x) * 2.0
}

fn main() {
    assert_eq!(outer::inner::use_private(), 6.0);
    assert_eq!(outer::use_inner(), 34.0);
    assert_eq!(outer::inner::for_all_grad(3.0), 34.0);
    assert_eq!(caller_grad(3.0), 68.0);
}
