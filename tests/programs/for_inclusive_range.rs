// `for k in a..=b`, also with unsigned types whose end is their type's last value.

#[grad(jvp)]
pub fn exponential_series(x: f64, terms: u32) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    for k in 1..=terms {
        term = term * x / k as f64;
        sum += term;
    }
    sum
}

#[grad(jvp)]
pub fn to_the_last_value(x: f64) -> f64 {
    let mut y = x;
    for k in 250..=u8::MAX {
        y = y * y + 0.001_953_125 * k as f64 - 0.5;
    }
    y
}

#[grad(jvp)]
pub fn bessel_j0(x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    let quarter = -0.25 * x * x;
    for k in 1..=12 {
        let k = k as f64;
        term *= quarter / (k * k);
        sum += term;
    }
    sum
}

pub fn cases(c: &mut Checker) {
    check!(c, exponential_series(0.75, const 8) -> f64);
    check!(c, exponential_series(0.75, const 0) -> f64);
    check!(c, to_the_last_value(0.25) -> f64);
    check!(c, bessel_j0(1.75) -> f64);
}
