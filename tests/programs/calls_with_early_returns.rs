// A callee that returns early or loops a data-dependent number of times, called in a loop.

#[grad(jvp)]
pub fn clipped_log(x: f64) -> f64 {
    if x < 0.25 {
        return 4.0 * x - 1.0;
    }
    let mut y = x;
    let mut octaves = 0.0;
    while y > 2.0 {
        y *= 0.5;
        octaves += 0.6875;
    }
    y.ln() + octaves
}

#[grad(jvp)]
pub fn total(x: &[f64], limit: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        let y = clipped_log(x[i] * (1.0 + 0.125 * sum));
        if y > limit {
            return y * sum;
        }
        if y < -1.0 {
            continue;
        }
        sum += y * y;
    }
    sum
}

pub fn cases(c: &mut Checker) {
    let x = vec![0.5, -1.25, 2.0, 7.0, 0.125, 1.5];
    check!(c, total(&x, 1.0) -> f64);
    check!(c, total(&x, 100.0) -> f64);
}
