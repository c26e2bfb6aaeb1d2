// Parameters that are an `Option` of a number, passed on, made for a callee, and compared.

#[grad(jvp)]
pub fn scaled(x: f64, scale: Option<f64>) -> f64 {
    x * x * scale.unwrap_or(2.0)
}

#[grad(jvp)]
pub fn power(x: f64, n: Option<usize>) -> f64 {
    if let Some(n) = n { x.powi(n as i32) } else { x }
}

#[grad(jvp)]
pub fn passed_on(x: f64, scale: Option<f64>, k: usize) -> f64 {
    let mut sum = scaled(x, scale) + scaled(x, Some(1.5)) * scaled(x, scale.map(|s| s * 2.0));
    for i in 0..3 {
        sum += power(x, Some(i + k)) * power(x, if i > 1 { Some(i) } else { None });
    }
    sum
}

#[grad(jvp)]
pub fn compared(x: f64, n: Option<usize>, up: Option<bool>) -> f64 {
    let y = if up == Some(true) {
        x * x
    } else if up != None {
        x.sin()
    } else {
        2.0 * x
    };
    if n == Some(3) || n.is_none() { y } else { y * x }
}

pub fn cases(c: &mut Checker) {
    for scale in [None, Some(0.5), Some(1.5)] {
        check!(c, passed_on(0.75, scale, const 1) -> f64);
    }
    for up in [None, Some(true), Some(false)] {
        check!(c, compared(0.75, const Some(3), const up) -> f64);
        check!(c, compared(0.75, const Some(2), const up) -> f64);
        check!(c, compared(0.75, const None, const up) -> f64);
    }
}
