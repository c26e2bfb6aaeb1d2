// Calls in conditions, bounds and indices: their value matters there, their derivative not.

#[grad(jvp)]
pub fn score(x: f64) -> f64 {
    x.sin() + 0.5 * x
}

#[grad(jvp)]
pub fn line_search(x: f64, step: f64) -> f64 {
    let start = score(x);
    let mut t = step;
    let mut trips = 0;
    while score(x - t) > start - 0.25 * t && trips < 8 {
        t *= 0.5;
        trips += 1;
    }
    if score(t) > score(x) { score(x - t) * t } else { score(x + t) }
}

/// Not differentiated: it is only called with what is not.
fn bucket(n: usize, offset: f64) -> usize {
    if offset > 0.0 { n % 3 } else { n / 3 }
}

#[grad(jvp)]
pub fn indexed_by_call(x: &[f64; 3], n: usize) -> f64 {
    let mut y = 1.0;
    for i in 0..bucket(n, 1.0) + 3 {
        y = y * x[bucket(i, 0.5)] + x[bucket(i, -0.5)];
    }
    y
}

pub fn cases(c: &mut Checker) {
    check!(c, line_search(1.75, 1.5) -> f64);
    check!(c, line_search(-0.75, 2.5) -> f64);
    check!(c, indexed_by_call(&[0.5, -1.25, 0.75], const 4) -> f64);
}
