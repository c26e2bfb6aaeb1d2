// Implicit differentiation: what a solver finds has the derivative of the equation, not of the iterations.

use autodiff_runtime::derivative;

/// Kepler's equation by Newton's method.
#[derivative(root_of = result - e * result.sin() - m, jvp)]
pub fn eccentric_anomaly(m: f64, e: f64) -> f64 {
    let mut x = m;
    for _ in 0..20 {
        x -= (x - e * x.sin() - m) / (1.0 - e * x.cos());
    }
    x
}

/// The colebrook equation of a pipe, by bisection, with a table and an integer.
#[derivative(root_of = {
    let friction = 1.0 / (result * result);
    friction - pressure(table, result, n)
}, jvp)]
fn flow(table: &[f64], n: usize) -> f64 {
    let (mut low, mut high) = (0.125, 8.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if 1.0 / (middle * middle) > pressure(table, middle, n) { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

#[grad(jvp)]
fn pressure(table: &[f64], x: f64, n: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..n {
        sum = sum * x + table[i];
    }
    sum
}

#[grad(jvp)]
fn balance(x: &[f64; 2], p: &[f64], q: [f64; 2]) -> [f64; 2] {
    [x[0] * x[0] + q[0] * x[1] - p[0], x[0] * x[1] * q[1] - p[1]]
}

/// Two equations, found by damped steps whose own derivative would be worthless.
#[derivative(root_of = balance(&result, p, q), jvp)]
fn equilibrium(p: &[f64], q: [f64; 2]) -> [f64; 2] {
    let mut x = [1.0, 1.0];
    for _ in 0..40 {
        let g = balance(&x, p, q);
        let [[a, b], [c, d]] = [[2.0 * x[0], q[0]], [x[1] * q[1], x[0] * q[1]]];
        let det = a * d - b * c;
        x = [x[0] - (d * g[0] - b * g[1]) / det, x[1] - (a * g[1] - c * g[0]) / det];
    }
    x
}

/// A linear system, of any size.
#[derivative(root_of = {
    let mut residual = vec![0.0; b.len()];
    for i in 0..b.len() {
        residual[i] = -b[i];
        for j in 0..b.len() {
            residual[i] += a[i * b.len() + j] * result[j];
        }
    }
    residual
}, jvp)]
fn solve(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut x = vec![0.0; b.len()];
    for _ in 0..80 {
        for i in 0..b.len() {
            let mut sum = b[i];
            (0..b.len()).filter(|&j| j != i).for_each(|j| sum -= a[i * b.len() + j] * x[j]);
            x[i] = sum / a[i * b.len() + i];
        }
    }
    x
}

#[grad(jvp)]
pub fn orbit(m: f64, e: f64) -> f64 {
    let x = eccentric_anomaly(m, e);
    let mut sum = (1.0 - e * x.cos()).ln();
    for i in 0..3 {
        sum += eccentric_anomaly(sum, e / (i + 2) as f64);
    }
    sum
}

#[grad(jvp)]
pub fn network(table: &[f64], q: [f64; 2]) -> f64 {
    let x = flow(table, 3);
    let y = equilibrium(table, [x, q[1] * x]);
    let z = equilibrium(&y, q);
    x * y[0] + z[1] * z[0]
}

#[grad(jvp)]
pub fn quadratic(a: &[f64], b: &[f64]) -> f64 {
    let x = solve(a, b);
    let mut sum = 0.0;
    for i in 0..b.len() {
        sum += x[i] * b[i] * x[0];
    }
    sum
}

pub fn cases(c: &mut Checker) {
    check!(c, eccentric_anomaly(1.25, 0.5) -> f64);
    check!(c, orbit(1.25, 0.5) -> f64);
    check!(c, network(&vec![1.5, 0.5, 2.0], [0.75, 1.25]) -> f64);
    let a = vec![4.0, 1.0, 0.5, 1.0, 5.0, -1.0, 0.25, 1.0, 3.0];
    check!(c, quadratic(&a, &vec![1.0, -2.0, 0.5]) -> f64);
}
