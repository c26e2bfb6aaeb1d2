//! Minimises Rosenbrock's function of twenty variables, a curved valley with a flat floor, by
//! the method of Broyden, Fletcher, Goldfarb and Shanno. A quasi-Newton method wants the value
//! and the gradient at every point that it tries: `rosenbrock_value_and_grad` gives both for
//! the price of a few evaluations, whatever the number of variables. Central differences would
//! take forty.
//!
//! ```text
//! cargo run --release --example rosenbrock
//! ```

use autodiff_runtime::grad;

/// The sum over neighbours of (1 - a)² + 100 (b - a²)²; the minimum is 0, at (1, 1, ..., 1).
#[grad]
fn rosenbrock(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() - 1 {
        let slope = 1.0 - x[i];
        let valley = x[i + 1] - x[i] * x[i];
        sum += slope * slope + 100.0 * valley * valley;
    }
    sum
}

fn main() {
    // The customary start, (-1.2, 1, -1.2, 1, ...): the valley has to be followed all around.
    let mut x: Vec<f64> = (0..20).map(|i| if i % 2 == 0 { -1.2 } else { 1.0 }).collect();
    let (mut value, mut gradient) = rosenbrock_value_and_grad(&x);
    let mut evaluations = 1;
    let mut inverse = InverseHessian::identity(x.len());

    println!("{:>5}  {:>12}  {:>12}", "step", "value", "|gradient|");
    for step in 0.. {
        let norm = dot(&gradient, &gradient).sqrt();
        if step % 20 == 0 || norm < 1e-9 {
            println!("{step:>5}  {value:>12.5e}  {norm:>12.5e}");
        }
        if norm < 1e-9 {
            break;
        }
        assert!(step < 1000, "no minimum after {step} steps");

        let direction: Vec<f64> = inverse.times(&gradient).iter().map(|d| -d).collect();
        let descent = dot(&gradient, &direction);
        // Halve the step until the value falls by a fair part of what the slope promises
        // (Armijo's rule). Near the minimum the full step is right, and is taken at once.
        let mut length = 1.0;
        let (next, next_value, next_gradient) = loop {
            let next: Vec<f64> = x.iter().zip(&direction).map(|(x, d)| x + length * d).collect();
            let (next_value, next_gradient) = rosenbrock_value_and_grad(&next);
            evaluations += 1;
            if next_value <= value + 1e-4 * length * descent || length < 1e-12 {
                break (next, next_value, next_gradient);
            }
            length /= 2.0;
        };

        inverse.learn(&difference(&next, &x), &difference(&next_gradient, &gradient));
        (x, value, gradient) = (next, next_value, next_gradient);
    }

    let distance = x.iter().map(|x| (x - 1.0).abs()).fold(0.0, f64::max);
    println!("\n{evaluations} values with gradients; the largest |x - 1| is {distance:.1e}");
    assert!(distance < 1e-8, "this is not the minimum: {x:?}");
}

/// An estimate of the inverse of the matrix of second derivatives, learnt from how the
/// gradient changes from step to step.
struct InverseHessian {
    rows: Vec<Vec<f64>>,
}

impl InverseHessian {
    fn identity(n: usize) -> Self {
        let unit = |i| (0..n).map(|j| if i == j { 1.0 } else { 0.0 }).collect();
        Self { rows: (0..n).map(unit).collect() }
    }

    fn times(&self, vector: &[f64]) -> Vec<f64> {
        self.rows.iter().map(|row| dot(row, vector)).collect()
    }

    /// The smallest symmetric change after which the matrix maps `y`, the change of the
    /// gradient, to `s`, the step that caused it.
    fn learn(&mut self, s: &[f64], y: &[f64]) {
        let curvature = dot(s, y);
        if curvature <= 0.0 {
            return; // Only positive curvature keeps every direction one of descent.
        }
        let h_y = self.times(y);
        let factor = (1.0 + dot(y, &h_y) / curvature) / curvature;
        for (row, (s_i, h_y_i)) in self.rows.iter_mut().zip(s.iter().zip(&h_y)) {
            for (entry, (s_j, h_y_j)) in row.iter_mut().zip(s.iter().zip(&h_y)) {
                *entry += factor * s_i * s_j - (h_y_i * s_j + s_i * h_y_j) / curvature;
            }
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}
