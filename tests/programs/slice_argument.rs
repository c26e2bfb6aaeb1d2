// Slices by shared reference, read by index.

#[grad(jvp)]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..a.len() {
        sum += a[i] * b[i];
    }
    sum
}

#[grad(jvp)]
pub fn log_sum_exp(x: &[f64]) -> f64 {
    let mut largest = x[0];
    for i in 1..x.len() {
        largest = largest.max(x[i]);
    }
    let mut sum: f64 = 0.0;
    for i in 0..x.len() {
        sum += (x[i] - largest).exp();
    }
    largest + sum.ln()
}

#[grad(jvp)]
pub fn first_and_last(x: &[f64]) -> f64 {
    if x.is_empty() {
        return 0.0;
    }
    x[0] * x[x.len() - 1] + x[x.len() / 2]
}

pub fn cases(c: &mut Checker) {
    check!(c, dot(&vec![0.5, -1.25, 2.0], &vec![0.75, 1.5, -0.25]) -> f64);
    check!(c, log_sum_exp(&vec![0.5, -1.25, 2.0, 1.75]) -> f64);
    check!(c, first_and_last(&vec![0.5, -1.25, 2.0]) -> f64);
    check!(c, first_and_last(&vec![0.5]) -> f64);
    check!(c, first_and_last(&vec![0.0; 0]) -> f64);
}
