// `return` before the end, with and without a value behind it.

#[grad(jvp)]
pub fn lambert_start(x: f64) -> f64 {
    if x < 0.0 {
        let p = (2.0 * (1.0 + x)).sqrt();
        return -1.0 + p - p * p / 3.0;
    }
    let log = x.ln_1p();
    if x < 1.0 {
        return log * (1.0 - 0.25 * log);
    }
    log - log.ln_1p()
}

#[grad(jvp)]
pub fn return_as_last_statement(x: f64, y: f64) -> f64 {
    let z = x * y;
    if z > 1.0 {
        return z.sqrt();
    } else {
        return z * x;
    }
}

#[grad(jvp)]
pub fn return_in_an_expression(x: f64, kind: usize) -> f64 {
    let scale = match kind {
        0 => return x * x,
        1 => x.sin(),
        _ => 2.0,
    };
    let shifted = if x > 1.0 { x - 1.0 } else { return scale * scale };
    scale * shifted
}

pub fn cases(c: &mut Checker) {
    for x in [-0.5, 0.5, 2.5] {
        check!(c, lambert_start(x) -> f64);
    }
    check!(c, return_as_last_statement(1.5, 0.75) -> f64);
    check!(c, return_as_last_statement(0.5, 0.75) -> f64);
    for kind in 0..3 {
        check!(c, return_in_an_expression(0.75, const kind) -> f64);
        check!(c, return_in_an_expression(1.75, const kind) -> f64);
    }
}
