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

pub fn cases(c: &mut Checker) {
    for index in 0..4 {
        check!(c, bernstein(0.375, const index) -> f64);
    }
    for swap in [false, true] {
        check!(c, bound_floats(0.75, -1.5, const swap) -> f64);
    }
}
