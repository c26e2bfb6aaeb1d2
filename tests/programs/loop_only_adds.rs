// Iterations that only add to accumulators: nothing of them is needed afterwards.

#[grad(jvp)]
pub fn moments(x: &[f64], w: &[f64]) -> f64 {
    let mut weight = 0.0;
    let mut first = 0.0;
    let mut second = 0.0;
    for i in 0..x.len() {
        weight += w[i];
        first += w[i] * x[i];
        second += w[i] * x[i] * x[i];
    }
    let mean = first / weight;
    second / weight - mean * mean
}

#[grad(jvp)]
pub fn subtracting_too(x: &[f64], y: f64) -> f64 {
    let mut sum = y;
    for i in 0..x.len() {
        sum -= x[i].sin() * y;
        sum = sum + x[i] / (1.0 + x[i] * x[i]);
        sum = x[i].exp() + sum;
    }
    sum
}

pub fn cases(c: &mut Checker) {
    check!(c, moments(&vec![0.5, -1.25, 2.0, 0.75], &vec![0.25, 1.0, 0.5, 0.75]) -> f64);
    check!(c, subtracting_too(&vec![0.5, -1.25, 0.75], 0.375) -> f64);
}
