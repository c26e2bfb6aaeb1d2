// Tuples in the signature, in and out: gradients and seeds are tuples too.

#[grad(jvp)]
pub fn complex_product(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

#[grad(jvp)]
pub fn polar(point: (f64, f64)) -> (f64, f64) {
    let (x, y) = point;
    (x.hypot(y), y.atan2(x))
}

#[grad(jvp)]
pub fn pattern_in_the_parameter((x, y): (f64, f64), scale: f64) -> f64 {
    scale * (x * x - y)
}

#[grad(jvp)]
pub fn nested((centre, radius): ((f64, f64), f64), angle: f64) -> ((f64, f64), f64) {
    let (sin, cos) = angle.sin_cos();
    ((centre.0 + radius * cos, centre.1 + radius * sin), radius * angle)
}

pub fn cases(c: &mut Checker) {
    check!(c, complex_product((0.5, -1.25), (0.75, 2.0)) -> (f64, f64));
    check!(c, polar((0.5, -1.25)) -> (f64, f64));
    check!(c, pattern_in_the_parameter((0.5, -1.25), 0.75) -> f64);
    check!(c, nested(((0.5, -1.25), 0.75), 0.375) -> ((f64, f64), f64));
}
