//! How much longer does a pendulum take if it starts a little higher? The derivative of a
//! simulation: a loop that runs until something happens, and stops in the middle of a step.
//!
//! The same period has a closed form, by the arithmetic-geometric mean, itself a loop. Both
//! are plain Rust, both are differentiated, and must agree.
//!
//! ```text
//! cargo run --release --example pendulum
//! ```

use autodiff_runtime::grad;
use std::f64::consts::PI;

/// Seconds between two points of the simulation. The pendulum is one whose small swings take
/// 2π seconds: angle'' = -sin(angle).
const STEP: f64 = 1e-3;

/// Lets the pendulum go at the angle `start` and waits until it hangs straight down: a quarter
/// of its period.
///
/// The number of steps depends on `start`, and is no constant that the macro could know. The
/// derivative is that of the path taken: of these steps, in this number, and of the moment
/// within the last step at which the angle is zero.
#[grad(jvp)]
fn measured_period(start: f64) -> f64 {
    let mut angle = start;
    let mut speed = 0.0;
    let mut time = 0.0;
    while time < 100.0 {
        // Half a step of speed, a step of angle, half a step of speed (velocity Verlet).
        let speed_between = speed - 0.5 * STEP * angle.sin();
        let next = angle + STEP * speed_between;
        if next <= 0.0 {
            // It passes the bottom within this step, at the part of it that a straight line
            // from `angle` to `next` says.
            time += STEP * angle / (angle - next);
            break;
        }
        speed = speed_between - 0.5 * STEP * next.sin();
        angle = next;
        time += STEP;
    }
    4.0 * time
}

/// The same period in closed form: 2π over the arithmetic-geometric mean of 1 and
/// cos(start / 2). Each round doubles the number of right digits.
#[grad]
fn exact_period(start: f64) -> f64 {
    let mut a = 1.0;
    let mut b = (0.5 * start).cos();
    for _ in 0..6 {
        let mean = 0.5 * (a + b);
        b = (a * b).sqrt();
        a = mean;
    }
    2.0 * PI / a
}

fn main() {
    println!(
        "{:>7}  {:>11}  {:>11}  {:>12}  {:>12}  {:>12}",
        "start", "period", "exact", "d period", "by jvp", "d exact"
    );
    for degrees in [10, 30, 60, 90, 120, 150, 170] {
        let start = f64::from(degrees).to_radians();
        let (measured, reverse) = measured_period_value_and_grad(start);
        let (_, forward) = measured_period_jvp(start, 1.0);
        let (exact, exact_slope) = exact_period_value_and_grad(start);
        println!(
            "{degrees:>6}°  {measured:>11.7}  {exact:>11.7}  \
             {reverse:>12.7}  {forward:>12.7}  {exact_slope:>12.7}"
        );

        assert_eq!(measured, measured_period(start));
        assert_eq!(exact, exact_period(start));
        // The two modes compute the same number in two orders: they differ by rounding.
        assert!((reverse - forward).abs() <= 1e-9 * forward.abs());
        // The simulation differs from the closed form by its discretisation, of order STEP².
        assert!((measured - exact).abs() < 1e-4);
        assert!((reverse - exact_slope).abs() < 1e-2);
    }
    println!("\nPeriods in seconds; derivatives in seconds of period per radian of start.");
}
