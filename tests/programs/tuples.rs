// Complex arithmetic in tuples: fields, patterns, nested, rebuilt in a loop.

#[grad(jvp)]
pub fn julia(re: f64, im: f64, c_re: f64, c_im: f64) -> f64 {
    let c = (c_re, c_im);
    let mut z = (re, im);
    for _ in 0..4 {
        z = (z.0 * z.0 - z.1 * z.1 + c.0, 2.0 * z.0 * z.1 + c.1);
    }
    let (x, y) = z;
    x * x + y * y
}

#[grad(jvp)]
pub fn nested_fields(x: f64, y: f64) -> f64 {
    let mut t = ((x, y * y), x * y, 3);
    t.0.1 *= t.1;
    (t.0).0 += t.0.1;
    t.1 = t.0.0 / (1.0 + t.1 * t.1);
    let ((a, _), b, n) = t;
    a * b * n as f64 + t.0.1
}

#[grad(jvp)]
pub fn tuple_from_branches(x: f64, y: f64) -> f64 {
    let (low, high) = if x < y { (x, y) } else { (y, x) };
    let (sum, product) = match (low * high > 0.0, low) {
        (true, _) => (low + high, low * high),
        (false, low) => (high - low, low),
    };
    sum * product + low
}

pub fn cases(c: &mut Checker) {
    check!(c, julia(0.5, -0.25, 0.375, 0.125) -> f64);
    check!(c, nested_fields(0.75, -1.25) -> f64);
    check!(c, tuple_from_branches(0.75, -1.25) -> f64);
    check!(c, tuple_from_branches(0.75, 1.25) -> f64);
}
