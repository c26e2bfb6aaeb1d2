//! Implicit differentiation: the orbit of a planet from where it was seen.
//!
//! Where a planet is on its ellipse at a given time is the root of Kepler's equation, x - e sin x = m, which has no
//! formula. `#[derivative(root_of = ..)]` gives the solver the derivative of the equation, so that nothing is
//! differentiated through its iterations, and a fit by gradients goes through it as through any function.
//!
//! `cargo run --release --example kepler`

use autodiff_runtime::{check, derivative, grad};

/// The root by bisection: robust, and flat for a derivative of its code.
#[derivative(root_of = result - e * result.sin() - m)]
fn anomaly(m: f64, e: f64) -> f64 {
    let (mut low, mut high) = (m - 1.0, m + 1.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if middle - e * middle.sin() < m {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// Where a planet is at `time`: `[semi-major axis, eccentricity, period, time of the perihelion]`.
#[grad]
fn position(orbit: &[f64; 4], time: f64) -> [f64; 2] {
    let [a, e, period, start] = *orbit;
    let x = anomaly(std::f64::consts::TAU * (time - start) / period, e);
    [a * (x.cos() - e), a * (1.0 - e * e).sqrt() * x.sin()]
}

/// The sum of the squared distances to what was seen.
#[grad(wrt(orbit))]
fn misfit(orbit: &[f64; 4], times: &[f64], seen: &[[f64; 2]]) -> f64 {
    let mut sum = 0.0;
    for i in 0..times.len() {
        let at = position(orbit, times[i]);
        sum += (at[0] - seen[i][0]).powi(2) + (at[1] - seen[i][1]).powi(2);
    }
    sum
}

fn main() {
    let (m, e) = (1.0, 0.6);
    let report = check::gradient(|&(m, e)| anomaly(m, e), |&(m, e)| anomaly_grad(m, e), &(m, e));
    println!("The derivative of the root of Kepler's equation at m = {m}, e = {e}:\n{report}");
    report.assert();

    // An orbit like that of Mercury, in astronomical units and days.
    let truth = [0.387, 0.2056, 87.97, 12.0];
    let times: Vec<f64> = (0..24).map(|i| 5.0 * f64::from(i)).collect();
    let seen: Vec<[f64; 2]> = times.iter().map(|&time| position(&truth, time)).collect();

    // Gradient descent with momentum, in units in which the four numbers are of one size.
    let units = [0.1, 0.1, 3.0, 3.0];
    let mut orbit = [0.45, 0.1, 90.0, 9.0];
    let mut velocity = [0.0; 4];
    println!(
        "{:>6}  {:>10}  {:>8} {:>8} {:>8} {:>8}",
        "step", "misfit", "axis", "ecc.", "period", "start"
    );
    for step in 0..=2000 {
        let (value, gradient) = misfit_value_and_grad(&orbit, &times, &seen);
        if step % 400 == 0 {
            let [a, e, period, start] = orbit;
            println!("{step:>6}  {value:>10.3e}  {a:>8.5} {e:>8.5} {period:>8.4} {start:>8.4}");
        }
        for i in 0..4 {
            velocity[i] = 0.95 * velocity[i] - 0.1 * units[i] * gradient[i];
            orbit[i] += units[i] * velocity[i];
        }
    }
    for (found, truth) in orbit.iter().zip(truth) {
        assert!((found - truth).abs() < 1e-4 * truth, "{found} instead of {truth}");
    }
    println!("Found: {orbit:?}");
}
