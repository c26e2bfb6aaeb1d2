// `loop` that is left with a value.

#[grad(jvp)]
pub fn first_above(x: f64, growth: f64, limit: f64) -> f64 {
    let mut y = x;
    let overshoot = loop {
        if y > limit {
            break (y - limit) * y;
        }
        y += growth * y;
    };
    overshoot + y
}

#[grad(jvp)]
pub fn series_until_small(x: f64) -> f64 {
    let mut term = x;
    let mut sum = 0.0;
    let mut k = 1;
    let (value, count) = loop {
        sum += term;
        term *= -x * x / ((2 * k) * (2 * k + 1)) as f64;
        if term.abs() < 1e-3 {
            break (sum, k);
        }
        k += 1;
    };
    value * count as f64
}

#[grad(jvp)]
pub fn several_breaks(x: f64, y: f64) -> f64 {
    let mut z = x;
    2.0 * loop {
        z = z * z + 0.25;
        if z > 4.0 {
            break z.ln();
        }
        z += y;
        if z < 0.0 {
            break z * y;
        }
    }
}

pub fn cases(c: &mut Checker) {
    check!(c, first_above(0.5, 0.375, 2.0) -> f64);
    check!(c, first_above(2.5, 0.375, 2.0) -> f64);
    check!(c, series_until_small(1.25) -> f64);
    check!(c, several_breaks(0.75, 0.5) -> f64);
    check!(c, several_breaks(0.75, -1.5) -> f64);
}
