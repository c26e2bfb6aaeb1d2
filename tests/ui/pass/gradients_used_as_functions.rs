// Generated functions are plain functions: passed on, stored, called in constants' place.
#![deny(warnings)]

use autodiff_runtime::grad;

#[grad(jvp)]
fn square(x: f64) -> f64 {
    x * x
}

#[grad]
fn bowl(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i] * x[i];
    }
    sum
}

fn descend(gradient: impl Fn(&[f64]) -> Vec<f64>, mut x: Vec<f64>) -> Vec<f64> {
    for (x, d) in x.clone().iter_mut().zip(gradient(&x)) {
        *x -= 0.25 * d;
    }
    for (i, d) in gradient(&x).into_iter().enumerate() {
        x[i] -= 0.25 * d;
    }
    x
}

fn main() {
    let table: [fn(f64) -> f64; 2] = [square, square_grad];
    assert_eq!(table.map(|f| f(3.0)), [9.0, 6.0]);
    assert_eq!([1.0, 2.0].map(square_grad), [2.0, 4.0]);
    assert_eq!(descend(bowl_grad, vec![2.0, -4.0]), [1.0, -2.0]);
    // Residuals outlive the call, and may be used from another thread.
    let (_, residuals) = bowl_forward(&[1.0, 2.0]);
    std::thread::scope(|scope| {
        scope.spawn(|| assert_eq!(bowl_reverse(&residuals, 0.5), [1.0, 2.0]));
    });
}
