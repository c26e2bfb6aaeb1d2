// Tuples returned by callees, taken apart, used in part, and passed on whole.

#[grad(jvp)]
pub fn polar(x: f64, y: f64) -> (f64, f64) {
    (x.hypot(y), y.atan2(x))
}

#[grad(jvp)]
pub fn cartesian(radius: f64, angle: f64) -> (f64, f64) {
    let (sin, cos) = angle.sin_cos();
    (radius * cos, radius * sin)
}

#[grad(jvp)]
pub fn complex_power(x: f64, y: f64, exponent: f64) -> (f64, f64) {
    let (radius, angle) = polar(x, y);
    cartesian(radius.powf(exponent), angle * exponent)
}

#[grad(jvp)]
pub fn used_in_part(x: &[f64]) -> f64 {
    let (_, angle) = polar(x[0], x[1]);
    let radius = polar(x[1], x[2]).0;
    angle * radius
}

pub fn cases(c: &mut Checker) {
    check!(c, complex_power(0.75, -1.25, 2.5) -> (f64, f64));
    check!(c, used_in_part(&vec![0.5, -1.25, 2.0]) -> f64);
}
