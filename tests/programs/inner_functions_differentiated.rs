// A function with a derivative of its own inside of the body of another.

#[grad(jvp)]
pub fn outer(x: f64, n: usize) -> f64 {
    #[grad(jvp)]
    fn inner(y: f64, z: f64) -> f64 {
        y * y.sin() * z
    }

    let mut sum = inner(x, 2.0);
    for i in 0..n {
        sum = inner(sum, x) + i as f64;
    }
    sum
}

#[grad(jvp)]
pub fn caller(x: f64) -> f64 {
    outer(x, 2) * x
}

pub fn cases(c: &mut Checker) {
    check!(c, outer(0.75, const 3) -> f64);
    check!(c, caller(0.75) -> f64);
}
