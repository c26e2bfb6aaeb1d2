// `with_derivative`: a value with a derivative that the user knows better, in straight lines, branches and loops.

use autodiff_runtime::{no_diff, with_derivative};

#[grad(jvp)]
pub fn softplus(x: f64) -> f64 {
    with_derivative(x.exp().ln_1p(), [(x, 1.0 / (1.0 + (-x).exp()))])
}

/// Implicit differentiation: x - e sin(x) = m.
#[grad(jvp)]
pub fn eccentric_anomaly(m: f64, e: f64) -> f64 {
    let mut x = m;
    loop {
        let step = (x - e * x.sin() - m) / (1.0 - e * x.cos());
        x -= step;
        if step.abs() < 1e-9 {
            break;
        }
    }
    let slope = 1.0 / (1.0 - e * x.cos());
    with_derivative(x, [(m, slope), (e, slope * x.sin())])
}

fn bisect(target: f64) -> f64 {
    let (mut low, mut high) = (0.0, 4.0);
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if middle * middle * middle < target { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

#[grad(jvp)]
pub fn roots(x: &[f64]) -> f64 {
    let mut sum = 1.0;
    for i in 0..x.len() {
        let target = x[i] * sum;
        let root = if target > 1.0 {
            let root = no_diff(bisect(target));
            with_derivative(root, [(target, 1.0 / (3.0 * root * root))])
        } else {
            with_derivative(bisect(target), [(target, bisect(target) / (3.0 * target))])
        };
        sum += root * root;
    }
    sum
}

#[grad(jvp)]
pub fn cut(x: f64, y: f64) -> f64 {
    x * with_derivative(y.floor(), []) + y
}

pub fn cases(c: &mut Checker) {
    check!(c, softplus(0.75) -> f64);
    check!(c, eccentric_anomaly(1.25, 0.5) -> f64);
    check!(c, roots(&vec![0.5, 1.25, 0.125]) -> f64);
    check!(c, cut(0.5, 1.25) -> f64);
}
