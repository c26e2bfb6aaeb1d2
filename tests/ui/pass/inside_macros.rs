// Written by `macro_rules!`, whose names are not the user's.
#![deny(warnings)]

use autodiff_runtime::grad;

macro_rules! power {
    ($visibility:vis $name:ident, $float:ident, $n:expr) => {
        #[grad(jvp)]
        $visibility fn $name(x: $float) -> $float {
            let mut y = 1.0;
            for _ in 0..$n {
                y *= x;
            }
            y
        }
    };
}

power!(square, f64, 2);
power!(pub(crate) cube, f32, 1 + 2);

macro_rules! with_own_names {
    ($x:ident, $y:ident, $body:expr) => {
        #[grad]
        fn shifted($x: f64, $y: f64) -> f64 {
            // This `y` is not the one in `$body`.
            let y = 3.0;
            $body * y
        }
    };
}

with_own_names!(x, y, x * x * y);

fn main() {
    assert_eq!(square_grad(3.0), 6.0);
    assert_eq!(cube_jvp(2.0, 1.0), (8.0, 12.0));
    assert_eq!(shifted_grad(2.0, 0.5), (6.0, 12.0));
}
