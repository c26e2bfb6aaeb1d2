// Vectors returned by callees, by value into callees, and replaced in a loop.

#[grad(jvp)]
pub fn convolve(x: &[f64], kernel: &[f64]) -> Vec<f64> {
    let mut y = vec![0.0; x.len() + kernel.len() - 1];
    for i in 0..x.len() {
        for k in 0..kernel.len() {
            y[i + k] += x[i] * kernel[k];
        }
    }
    y
}

#[grad(jvp)]
pub fn at(polynomial: Vec<f64>, x: f64) -> f64 {
    let mut y = 0.0;
    for i in (0..polynomial.len()).rev() {
        y = y * x + polynomial[i];
    }
    y
}

#[grad(jvp)]
pub fn power_of_polynomial(p: &[f64], x: f64, times: usize) -> f64 {
    let mut product = p.to_vec();
    for _ in 0..times {
        product = convolve(&product, p);
    }
    let middle = product[product.len() / 2];
    at(product, x) + middle
}

pub fn cases(c: &mut Checker) {
    check!(c, convolve(&vec![0.5, -1.25], &vec![0.75, 1.5, -0.25]) -> Vec<f64>);
    check!(c, power_of_polynomial(&vec![0.5, -1.25, 0.75], 0.875, const 2) -> f64);
}
