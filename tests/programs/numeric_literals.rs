// Literals as they are written: with exponents, underscores, suffixes, signs, other bases.

#[grad(jvp)]
pub fn every_literal(x: f64) -> f64 {
    let a = x * 1e-3 + x * 2.5E1 + 1_000.25 * x;
    let b = x * 3. + 2f64 * x + 0.5_f64 / x;
    let c = -1.5 * x - -2.0 + x * (0x10 as f64) + x * 0b11 as f64;
    let d = x * 7i32 as f64 + 1_0usize as f64 * x;
    a * 0.001 + b + c * d
}

#[grad(jvp)]
pub fn inferred_later(x: f64, n: usize) -> f64 {
    let mut sum = 0.0;
    let mut largest = 1.0;
    let half = 0.5;
    for i in 0..n {
        sum = sum + half * x;
        if sum > largest {
            largest = sum * i as f64;
        }
    }
    largest * sum
}

pub fn cases(c: &mut Checker) {
    check!(c, every_literal(0.75) -> f64);
    check!(c, inferred_later(0.75, const 5) -> f64);
}
