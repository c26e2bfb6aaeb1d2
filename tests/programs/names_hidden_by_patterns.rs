// A pattern hides names from what follows it, not from the block that leaves where it does not fit.

#[grad(jvp)]
pub fn by_one(x: f64, y: f64) -> f64 {
    let Some(y) = (x < 0.5).then_some(0.5 * x) else {
        return x * y;
    };
    y * x
}

#[grad(jvp)]
pub fn by_both(x: f64, y: f64) -> f64 {
    let Some((x, y)) = (x < 0.5).then(|| (y, 0.5 * x)) else {
        let z = x * x;
        let w = z * y;
        return x * y + w;
    };
    y * y * x
}

#[grad(jvp)]
pub fn in_a_loop(x: &[f64], y: f64) -> f64 {
    let mut sum = 0.0;
    for v in x {
        let Some(y) = (*v > 0.5).then_some(v * y) else {
            sum += v * y;
            continue;
        };
        sum += y * y;
    }
    sum
}

/// Alternatives bind the same names in different places.
#[grad(jvp)]
pub fn alternatives(x: f64, y: f64) -> f64 {
    let a = (x > 0.0).then_some(x * y);
    let b = (y > 0.0).then_some(y);
    match (a, b) {
        (Some(p), Some(q)) => p * q,
        (Some(p), None) | (None, Some(p)) if p > 0.0 => p * p,
        (Some(p), None) | (None, Some(p)) => p * x,
        (None, None) => x,
    }
}

pub fn cases(c: &mut Checker) {
    for x in [0.25, 0.75] {
        check!(c, by_one(x, 1.5) -> f64);
        check!(c, by_both(x, 1.5) -> f64);
    }
    for (x, y) in [(0.5, 1.5), (0.5, -1.5), (-0.5, 1.5), (-0.5, -1.5)] {
        check!(c, alternatives(x, y) -> f64);
    }
    check!(c, in_a_loop(&vec![0.25, 0.75, 0.375], 1.5) -> f64);
}
