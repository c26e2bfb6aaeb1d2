// Chains over slices, and what is usually at their end.

#[grad(jvp)]
pub fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(a, b)| a * b.sin()).sum()
}

#[grad(jvp)]
pub fn squares(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v).sum::<f64>().sqrt()
}

#[grad(jvp)]
pub fn weighted(x: &[f64]) -> f64 {
    let total: f64 = x.iter().enumerate().map(|(i, v)| (i as f64 + 1.0) * v.cos()).sum();
    let all: f64 = x.iter().copied().product();
    total + all
}

#[grad(jvp)]
pub fn largest(x: &[f64]) -> f64 {
    let max = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    max + x.iter().map(|v| (v - max).exp()).sum::<f64>().ln()
}

#[grad(jvp)]
pub fn differences(x: &[f64]) -> f64 {
    x.windows(2).map(|w| (w[1] - w[0]).powi(2)).sum::<f64>()
        + x.iter().zip(x.iter().skip(1)).map(|(a, b)| a * b).sum::<f64>()
}

#[grad(jvp)]
pub fn horner(x: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().rev().fold(0.0, |acc, c| acc * x + c)
}

#[grad(jvp)]
pub fn three_in_step(x: &[f64], y: &[f64], z: &[f64]) -> f64 {
    x.iter().zip(y.iter()).zip(z).map(|((a, b), c)| a * b / c).sum()
}

#[grad(jvp)]
pub fn indices(x: &[f64]) -> f64 {
    (0..x.len()).map(|i| x[i] * x[x.len() - 1 - i]).sum::<f64>()
        + (1..=4).map(|k| (x[0] * k as f64).sin() / k as f64).sum::<f64>()
}

#[grad(jvp)]
pub fn of_arrays(x: [f64; 4]) -> f64 {
    let mean = x.iter().sum::<f64>() / 4.0;
    x.into_iter().map(|v| (v - mean).powi(2)).sum::<f64>() + [x[0], x[3]].iter().product::<f64>()
}

pub fn cases(c: &mut Checker) {
    let (x, y) = (vec![0.5, 1.25, -0.75], vec![2.0, -1.0, 0.375]);
    check!(c, dot(&x, &y) -> f64);
    check!(c, squares(&x) -> f64);
    check!(c, weighted(&x) -> f64);
    check!(c, largest(&x) -> f64);
    check!(c, differences(&x) -> f64);
    check!(c, horner(0.625, &x) -> f64);
    check!(c, three_in_step(&x, &y, &vec![1.5, 0.75, -2.0]) -> f64);
    check!(c, indices(&x) -> f64);
    check!(c, of_arrays([0.5, -1.25, 0.875, 2.0]) -> f64);
}
