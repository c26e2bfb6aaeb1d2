// `return` out of loops, in the middle of an iteration, with state half updated.

#[grad(jvp)]
pub fn escape_time(re: f64, im: f64, most: usize) -> f64 {
    let (mut x, mut y) = (0.0, 0.0);
    for k in 0..most {
        let square: f64 = x * x + y * y;
        if square > 4.0 {
            return k as f64 + square.ln().ln();
        }
        let next = x * x - y * y + re;
        y = 2.0 * x * y + im;
        x = next;
    }
    x * y
}

#[grad(jvp)]
pub fn bisect(target: f64, low: f64, high: f64) -> f64 {
    let (mut low, mut high) = (low, high);
    loop {
        let middle = 0.5 * (low + high);
        if high - low < 0.0625 {
            return middle;
        }
        if middle * middle > target {
            high = middle;
        } else {
            low = middle;
        }
    }
}

#[grad(jvp)]
pub fn half_updated(x: &[f64], limit: f64) -> f64 {
    let mut a = 1.0;
    let mut b = 0.5;
    let mut i = 0;
    while i < x.len() {
        a = a * x[i] + b;
        if a > limit {
            return a * b;
        }
        b = b + a * x[i];
        if b < 0.0 {
            return b;
        }
        i += 1;
    }
    a + b * b
}

pub fn cases(c: &mut Checker) {
    check!(c, escape_time(0.5, 0.5, const 20) -> f64);
    check!(c, escape_time(-0.25, 0.25, const 6) -> f64);
    check!(c, bisect(2.0, 0.5, 2.25) -> f64);
    check!(c, half_updated(&vec![0.5, 1.25, 1.75, 0.25], 1.125) -> f64);
    check!(c, half_updated(&vec![0.5, -2.25, 1.75, 0.25], 5.0) -> f64);
    check!(c, half_updated(&vec![0.5, 0.25, 0.75], 5.0) -> f64);
}
