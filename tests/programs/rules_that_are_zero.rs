// Functions that are constants, says their author, whatever they are called on.

use autodiff_runtime::derivative;

#[derivative(zero, jacobian, hessian)]
pub fn rounded(x: f64) -> f64 {
    format!("{x:.1}").parse().unwrap_or(0.0)
}

mod foreign {
    pub fn largest(x: &[f64]) -> usize {
        let mut largest = 0;
        (0..x.len()).for_each(|i| if x[i] > x[largest] { largest = i });
        largest
    }

    pub fn signs(x: &[f64], y: f64) -> Vec<f64> {
        x.iter().map(|x| (x * y).signum()).collect()
    }
}

#[derivative(of = foreign::largest, zero, jacobian, hessian)]
fn largest(x: &[f64]) -> usize;

#[derivative(of = foreign::signs, zero, jacobian, hessian)]
fn signs(x: &[f64], y: f64) -> Vec<f64>;

#[grad(jvp)]
pub fn weighted(x: &[f64], y: f64) -> f64 {
    let signs = signs(x, y);
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += signs[i] * x[i] * rounded(x[i] * y);
    }
    sum * x[largest(x)]
}

pub fn cases(c: &mut Checker) {
    check!(c, weighted(&vec![0.53, -1.21, 2.02], 0.7) -> f64);
}
