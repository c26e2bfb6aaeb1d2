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

/// Several at once.
#[grad(jvp)]
pub fn ordered(x: f64, y: f64) -> f64 {
    let (low, (high, _), mut width): (f64, (f64, f64), f64);
    if x < y {
        low = x;
        high = y;
    } else {
        low = y.sin();
        high = x;
    }
    width = high - low;
    width *= high;
    width * low
}

pub fn cases(c: &mut Checker) {
    check!(c, larger_root(1.5, 4.0, 0.75) -> f64);
    check!(c, larger_root(1.5, -4.0, 0.75) -> f64);
    check!(c, ordered(0.5, 0.75) -> f64);
    check!(c, ordered(1.5, 0.75) -> f64);
}
