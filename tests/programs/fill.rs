// `fill` with a constant and with an active value, of the whole and of a part.

#[grad(jvp)]
pub fn cleared_each_time(x: &[f64], rounds: usize) -> f64 {
    let mut counts = vec![0.0; x.len()];
    let mut sum = 1.0;
    for r in 0..rounds {
        counts.fill(0.0);
        for i in 0..x.len() {
            counts[(i + r) % x.len()] += x[i] * sum;
        }
        sum += counts[0] * counts[1];
    }
    sum
}

#[grad(jvp)]
pub fn filled_with_active(x: f64, y: f64) -> f64 {
    let mut a = [1.0, 2.0, 3.0, x];
    a[1] *= x;
    let before = a[1] * a[2];
    a[1..3].fill(x * y);
    a[2] *= a[3];
    let sum = a[0] + a[1] * a[2];
    a.fill(y);
    before + sum * a[3]
}

pub fn cases(c: &mut Checker) {
    check!(c, cleared_each_time(&vec![0.5, -1.25, 0.75], const 3) -> f64);
    check!(c, filled_with_active(0.75, -1.25) -> f64);
}
