// Integers made into floats are constants: by `as`, by `from`, of every width, and bools.

#[grad(jvp)]
pub fn every_integer_type(x: f64, a: u8, b: i16, n: usize) -> f64 {
    let mut y = x * a as f64 + b as f64;
    y *= f64::from(a) + f64::from(b);
    y += x * (n as i32 - 3) as f64 / (n * n + 1) as f64;
    y += (x > 0.0) as u8 as f64 * x;
    let wide: f64 = a.into();
    y + wide * x * x + n as u64 as f64 + (a as char).len_utf8() as f64 * x
}

#[grad(jvp)]
pub fn factorial_series(x: f64) -> f64 {
    let mut factorial: u64 = 1;
    let mut sum = 0.0;
    let mut power = 1.0;
    for k in 1..=6u64 {
        factorial *= k;
        power *= x;
        sum += power / factorial as f64;
    }
    sum
}

pub fn cases(c: &mut Checker) {
    check!(c, every_integer_type(0.75, const 3u8, const -5i16, const 2) -> f64);
    check!(c, factorial_series(-0.75) -> f64);
}
