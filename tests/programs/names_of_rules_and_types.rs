// The user's own functions and variables named like methods, types and modules of `std`.

#[grad(jvp)]
pub fn sin(x: f64) -> f64 {
    x - x * x * x / 6.0
}

#[grad(jvp)]
pub fn max(a: f64, b: f64) -> f64 {
    0.5 * (a + b + ((a - b) * (a - b) + 0.25).sqrt())
}

#[grad(jvp)]
pub fn drop(exp: f64, vec: f64) -> f64 {
    let ln = sin(exp) + exp.sin();
    let sqrt = max(ln, vec) * vec.max(ln);
    let std = sqrt + f64::sin(ln);
    let core = std * 2.0;
    let clone = core.abs();
    let len = [clone, vec];
    len[0] * len[len.len() - 1]
}

pub fn cases(c: &mut Checker) {
    check!(c, sin(0.75) -> f64);
    check!(c, drop(0.75, 1.75) -> f64);
}
