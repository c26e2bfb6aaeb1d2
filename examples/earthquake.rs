//! Finds where and when an earthquake happened, from the times at which six stations felt it:
//! least squares in four unknowns, by the two classical methods. Gauss's wants the Jacobian of
//! the residuals, Newton's the Hessian of the sum of their squares; both come from the
//! attribute, exact to the last digit, so that Newton's method doubles the number of right
//! digits at every step.
//!
//! ```text
//! cargo run --release --example earthquake
//! ```

// Indices, as a derivation on paper has them.
#![allow(clippy::needless_range_loop)]

use autodiff_runtime::grad;

/// Kilometres a second.
const SPEED: f64 = 6.0;

/// East, north (kilometres), and when it shook there (seconds).
const STATIONS: [[f64; 3]; 6] = [
    [0.0, 0.0, 12.79],
    [60.0, 0.0, 9.16],
    [0.0, 80.0, 14.27],
    [70.0, 70.0, 10.45],
    [30.0, 90.0, 13.12],
    [90.0, 20.0, 10.68],
];

/// When a quake at `source` (east, north, depth, and when) is felt at a station. Both modes of
/// its callers go through it, so it carries the options of both.
#[grad(jacobian, hessian, wrt(source))]
fn arrival(source: &[f64; 4], station: &[f64; 3]) -> f64 {
    let (east, north) = (source[0] - station[0], source[1] - station[1]);
    source[3] + (east * east + north * north + source[2] * source[2]).sqrt() / SPEED
}

/// How much later than felt: six numbers of four, so `residuals_jacobian` is a `[[f64; 4]; 6]`
/// and made of four sweeps in forward mode.
#[grad(jacobian)]
fn residuals(source: &[f64; 4]) -> [f64; 6] {
    let mut late = [0.0; 6];
    for i in 0..6 {
        late[i] = arrival(source, &STATIONS[i]) - STATIONS[i][2];
    }
    late
}

/// What is to be as small as possible; `misfit_hessian` is a `[[f64; 4]; 4]`.
#[grad(hessian)]
fn misfit(source: &[f64; 4]) -> f64 {
    let mut sum = 0.0;
    for i in 0..6 {
        let late = arrival(source, &STATIONS[i]) - STATIONS[i][2];
        sum += 0.5 * late * late;
    }
    sum
}

/// Gauss: as if the residuals were linear, (JᵀJ) step = -Jᵀr.
fn gauss(source: &[f64; 4]) -> [f64; 4] {
    let (r, jacobian) = (residuals(source), residuals_jacobian(source));
    let (mut matrix, mut right) = ([[0.0; 4]; 4], [0.0; 4]);
    for (row, r) in jacobian.iter().zip(&r) {
        for i in 0..4 {
            right[i] -= row[i] * r;
            for j in 0..4 {
                matrix[i][j] += row[i] * row[j];
            }
        }
    }
    solve(matrix, right)
}

/// Newton: as if the gradient were linear, H step = -g.
fn newton(source: &[f64; 4]) -> [f64; 4] {
    solve(misfit_hessian(source), misfit_grad(source).map(|g| -g))
}

fn main() {
    // Below the stations, and as if the waves had just started.
    let mut start = [40.0, 40.0, 15.0, 2.0];
    // Newton's method wants to be near; three of Gauss's steps bring it there.
    for _ in 0..3 {
        start = moved(&start, gauss(&start));
    }
    println!("{:>6}  {:>12}  {:>12}", "step", "Gauss", "Newton");
    let (mut by_gauss, mut by_newton) = (start, start);
    for step in 0..7 {
        let [a, b] = [&by_gauss, &by_newton].map(|at| norm(&misfit_grad(at)));
        println!("{step:>6}  {a:>12.2e}  {b:>12.2e}");
        by_gauss = moved(&by_gauss, gauss(&by_gauss));
        by_newton = moved(&by_newton, newton(&by_newton));
    }

    let [east, north, depth, when] = by_newton;
    println!("\n{east:.2} km east, {north:.2} km north, {depth:.2} km deep, at {when:.3} s");
    // Curvature is knowledge: where the misfit is flat, the source may well be elsewhere. The
    // product of the Hessian with a direction needs no Hessian.
    for (name, axis) in [("east", 0), ("north", 1), ("depth", 2)] {
        let mut direction = [0.0; 4];
        direction[axis] = 1.0;
        let curvature = misfit_hvp(&by_newton, direction)[axis];
        println!("{name:>6}: curvature {curvature:.5}");
    }
    assert!(norm(&misfit_grad(&by_newton)) < 1e-12, "no minimum was found");
    assert!(misfit(&by_newton) < 0.5, "the stations do not agree");
}

fn moved(source: &[f64; 4], step: [f64; 4]) -> [f64; 4] {
    std::array::from_fn(|i| source[i] + step[i])
}

fn norm(of: &[f64; 4]) -> f64 {
    of.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// Gaussian elimination with pivots.
fn solve(mut matrix: [[f64; 4]; 4], mut right: [f64; 4]) -> [f64; 4] {
    for i in 0..4 {
        let pivot = (i..4).max_by(|a, b| matrix[*a][i].abs().total_cmp(&matrix[*b][i].abs()));
        let pivot = pivot.expect("there is a row left");
        matrix.swap(i, pivot);
        right.swap(i, pivot);
        for row in i + 1..4 {
            let factor = matrix[row][i] / matrix[i][i];
            for column in i..4 {
                matrix[row][column] -= factor * matrix[i][column];
            }
            right[row] -= factor * right[i];
        }
    }
    for i in (0..4).rev() {
        for column in i + 1..4 {
            right[i] -= matrix[i][column] * right[column];
        }
        right[i] /= matrix[i][i];
    }
    right
}
