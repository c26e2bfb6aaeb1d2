// In function bodies and blocks, also several of one name.
#![deny(warnings)]

use autodiff_runtime::grad;

fn main() {
    #[grad(jvp)]
    fn square(x: f64) -> f64 {
        x * x
    }

    #[grad]
    fn fourth(x: f64) -> f64 {
        square(x) * square(x)
    }

    assert_eq!(fourth_grad(2.0), 32.0);

    {
        #[grad]
        fn square(x: f64) -> f64 {
            x * x * 2.0
        }

        assert_eq!(square_grad(2.0), 8.0);
    }

    let closure = || {
        #[grad]
        fn cube(x: f64) -> f64 {
            square(x) * x
        }

        cube_grad(2.0)
    };
    assert_eq!(closure(), 12.0);
}
