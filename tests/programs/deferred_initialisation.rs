// `let` without a value, assigned once on every path.

#[grad(jvp)]
pub fn larger_root(a: f64, b: f64, c: f64) -> f64 {
    let discriminant = b * b - 4.0 * a * c;
    let q;
    if b >= 0.0 {
        q = -0.5 * (b + discriminant.sqrt());
    } else {
        q = -0.5 * (b - discriminant.sqrt());
    }
    let root: f64;
    match b >= 0.0 {
        true => root = c / q,
        false => root = q / a,
    }
    root
}

pub fn cases(c: &mut Checker) {
    check!(c, larger_root(1.5, 4.0, 0.75) -> f64);
    check!(c, larger_root(1.5, -4.0, 0.75) -> f64);
}
