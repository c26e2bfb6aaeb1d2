// Functions without derivatives, called on what is not active.

fn binomial(n: u32, k: u32) -> f64 {
    let mut value = 1.0;
    for i in 0..k {
        value = value * (n - i) as f64 / (i + 1) as f64;
    }
    value
}

fn window(length: usize) -> Vec<f64> {
    (0..length).map(|i| 0.5 + 0.25 * i as f64).collect()
}

#[grad(jvp)]
pub fn bernstein_sum(t: f64, coefficients: &[f64]) -> f64 {
    let n = coefficients.len() - 1;
    let mut sum = 0.0;
    for k in 0..=n {
        let basis = t.powi(k as i32) * (1.0 - t).powi((n - k) as i32);
        sum += coefficients[k] * binomial(n as u32, k as u32) * basis;
    }
    sum
}

#[grad(jvp)]
pub fn windowed(x: &[f64]) -> f64 {
    let weights = window(x.len());
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += weights[i] * x[i] * x[i];
    }
    sum
}

pub fn cases(c: &mut Checker) {
    check!(c, bernstein_sum(0.375, &vec![0.5, -1.25, 2.0, 0.75]) -> f64);
    check!(c, windowed(&vec![0.5, -1.25, 2.0]) -> f64);
}
