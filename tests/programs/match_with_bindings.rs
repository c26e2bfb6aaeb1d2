// Patterns that bind: a name for the rest, `name @ range`, and a nested tuple.

#[grad(jvp)]
pub fn bernstein(t: f64, index: u32) -> f64 {
    match index {
        0 => (1.0 - t) * (1.0 - t) * (1.0 - t),
        k @ 1..=2 => 3.0 * t.powi(k as i32) * (1.0 - t).powi(3 - k as i32),
        k => t.powi(k as i32),
    }
}

#[grad(jvp)]
pub fn bound_floats(x: f64, y: f64, swap: bool) -> f64 {
    match (swap, (x * y, x + y)) {
        (false, (product, sum)) => product.sin() + sum,
        (true, (sum, product)) => sum * product * product,
    }
}

#[grad(jvp)]
pub fn written_in_the_arms(x: f64, y: f64) -> f64 {
    let mut pair = (x, y);
    match &mut pair {
        (a, b) if *b > 0.0 => *a *= *b,
        (a, b) => {
            *b *= 3.0;
            *a += *b;
        }
    }
    let mut v = [pair.0, pair.1, x];
    match &mut v[1] {
        r if *r > 1.0 => *r *= x,
        r => *r *= *r,
    }
    match (&mut pair.0, &mut v[0]) {
        (p, q) if *p > *q => *p *= 2.0,
        (p, q) => *q *= *p,
    }
    pair.0 * v[0] + v[1] * y
}

pub fn cases(c: &mut Checker) {
    for index in 0..4 {
        check!(c, bernstein(0.375, const index) -> f64);
    }
    for swap in [false, true] {
        check!(c, bound_floats(0.75, -1.5, const swap) -> f64);
    }
    for (x, y) in [(0.5, 0.75), (1.5, 2.0), (0.25, -0.5)] {
        check!(c, written_in_the_arms(x, y) -> f64);
    }
}
