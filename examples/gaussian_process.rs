//! Fits the length scale, the amplitude and the noise of a Gaussian process by gradient ascent on the log marginal
//! likelihood, whose gradient passes through a Cholesky decomposition of nalgebra.

use autodiff_runtime::grad;
use nalgebra::{DMatrix, DVector};

/// `parameters`: the logarithms of length scale, amplitude and noise.
#[grad(wrt(parameters))]
fn log_likelihood(parameters: &[f64; 3], x: &DVector<f64>, y: &DVector<f64>) -> f64 {
    let (scale, amplitude, noise) = (parameters[0].exp(), parameters[1].exp(), parameters[2].exp());
    let n = x.len();
    let mut k = DMatrix::zeros(n, n);
    for i in 0..n {
        for j in 0..=i {
            let r = (x[i] - x[j]) / scale;
            k[(i, j)] = amplitude * amplitude * (-0.5 * r * r).exp();
        }
        k[(i, i)] += noise * noise;
    }
    let factors = k.cholesky().expect("positive definite by the noise");
    let weights = factors.solve(y);
    -0.5 * y.dot(&weights)
        - 0.5 * factors.ln_determinant()
        - 0.5 * n as f64 * std::f64::consts::TAU.ln()
}

fn main() {
    let n = 40;
    let x = DVector::from_fn(n, |i, _| i as f64 * 0.2);
    // A sine with a deterministic wiggle for noise.
    let y = x.map(|x| (1.3 * x).sin() + 0.1 * (37.0 * x + 5.0 * x * x).sin());
    let mut parameters = [0.0, 0.0, -1.0];
    let first = log_likelihood(&parameters, &x, &y);
    for _ in 0..200 {
        let gradient = log_likelihood_grad(&parameters, &x, &y);
        for (parameter, slope) in parameters.iter_mut().zip(gradient) {
            *parameter += 0.01 * slope.clamp(-10.0, 10.0);
        }
    }
    let (last, gradient) = log_likelihood_value_and_grad(&parameters, &x, &y);
    let [scale, amplitude, noise] = parameters.map(f64::exp);
    println!("log likelihood {first:.3} -> {last:.3}, gradient {gradient:.3?}");
    println!("length scale {scale:.3}, amplitude {amplitude:.3}, noise {noise:.3}");
    assert!(last > first && gradient.iter().all(|slope| slope.abs() < 0.5));
}
