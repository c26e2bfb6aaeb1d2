// `while` with a counter that it moves itself.

#[grad(jvp)]
pub fn power_by_squaring(x: f64, exponent: u32) -> f64 {
    let mut result = 1.0;
    let mut base = x;
    let mut left = exponent;
    while left > 0 {
        if left & 1 == 1 {
            result *= base;
        }
        base *= base;
        left >>= 1;
    }
    result
}

#[grad(jvp)]
pub fn trapezoid(low: f64, high: f64, pieces: i32) -> f64 {
    let width = (high - low) / pieces as f64;
    let mut sum = 0.0;
    let mut i = 0;
    while i < pieces {
        let x = low + width * i as f64;
        sum += 0.5 * width * (x.sin() + (x + width).sin());
        i += 1;
    }
    sum
}

pub fn cases(c: &mut Checker) {
    for exponent in [0, 1, 6, 11] {
        check!(c, power_by_squaring(1.125, const exponent) -> f64);
    }
    check!(c, trapezoid(-0.25, 1.5, const 5) -> f64);
}
