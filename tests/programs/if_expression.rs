// `if` as an expression, also without braces around a larger one, also chained.

#[grad(jvp)]
pub fn huber(residual: f64, width: f64) -> f64 {
    let size = if residual < 0.0 { -residual } else { residual };
    if size <= width { 0.5 * size * size } else { width * (size - 0.5 * width) }
}

#[grad(jvp)]
pub fn elu(x: f64, alpha: f64) -> f64 {
    1.5 * if x > 0.0 { x } else { alpha * (x.exp() - 1.0) } + 0.25 * x
}

#[grad(jvp)]
pub fn smoothstep(x: f64) -> f64 {
    if x < 0.0 {
        0.0
    } else if x < 1.0 {
        x * x * (3.0 - 2.0 * x)
    } else {
        1.0
    }
}

pub fn cases(c: &mut Checker) {
    check!(c, huber(0.25, 0.75) -> f64);
    check!(c, huber(-2.5, 0.75) -> f64);
    check!(c, elu(1.25, 0.5) -> f64);
    check!(c, elu(-1.25, 0.5) -> f64);
    for x in [-0.5, 0.375, 1.5] {
        check!(c, smoothstep(x) -> f64);
    }
}
