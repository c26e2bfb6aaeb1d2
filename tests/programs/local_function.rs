// `#[grad]` on a function inside a function, calling another such one.

pub fn cases(c: &mut Checker) {
    #[grad(jvp)]
    fn square(x: f64) -> f64 {
        x * x
    }

    #[grad(jvp)]
    fn bump(x: f64) -> f64 {
        (-1.0 / (1.0 - square(x))).exp()
    }

    check!(c, bump(0.375) -> f64);

    {
        #[grad(jvp)]
        fn bump(x: f64) -> f64 {
            square(x) + 1.0
        }

        check!(c, bump(0.375) -> f64);
    }
}
