//! The sparse Jacobian of bundle adjustment: cameras and points in space, and where each camera saw each point. A residual
//! depends on one camera and one point, so among thousands of columns twelve groups suffice, and twelve sweeps.
//!
//! ```text
//! cargo run --release --example bundle
//! ```

use std::time::Instant;

use autodiff_runtime::{
    grad,
    sparse::{Csr, Pattern},
};

const CAMERA: usize = 9;
const POINT: usize = 3;

/// Where the points are in the cameras' images, less where they were seen. `unknowns`: nine numbers a camera (an axis of rotation as
/// long as its angle, the centre, the focal length, and two coefficients of the lens), then three a point.
#[grad(jvp, wrt(unknowns))]
fn residuals(
    unknowns: &[f64],
    cameras: usize,
    by: &[usize],
    of: &[usize],
    seen: &[[f64; 2]],
) -> Vec<f64> {
    let mut out = vec![0.0; 2 * seen.len()];
    for i in 0..seen.len() {
        let camera = CAMERA * by[i];
        let point = CAMERA * cameras + POINT * of[i];
        let mut r = [0.0; 3];
        let mut x = [0.0; 3];
        for j in 0..3 {
            r[j] = unknowns[camera + j];
            x[j] = unknowns[point + j] - unknowns[camera + 3 + j];
        }
        // Rodrigues' formula.
        let angle = (r[0] * r[0] + r[1] * r[1] + r[2] * r[2]).sqrt();
        let (sin, cos) = angle.sin_cos();
        let along = (r[0] * x[0] + r[1] * x[1] + r[2] * x[2]) / (angle * angle) * (1.0 - cos);
        let across = sin / angle;
        let p0 = x[0] * cos + along * r[0] + across * (r[1] * x[2] - r[2] * x[1]);
        let p1 = x[1] * cos + along * r[1] + across * (r[2] * x[0] - r[0] * x[2]);
        let p2 = x[2] * cos + along * r[2] + across * (r[0] * x[1] - r[1] * x[0]);
        let (u, v) = (p0 / p2, p1 / p2);
        let radius = u * u + v * v;
        let lens = 1.0 + radius * (unknowns[camera + 7] + radius * unknowns[camera + 8]);
        let scale = unknowns[camera + 6] * lens;
        out[2 * i] = scale * u - seen[i][0];
        out[2 * i + 1] = scale * v - seen[i][1];
    }
    out
}

fn main() {
    let (cameras, points, looks) = (40, 2_000, 5);
    // Numbers between -1 and 1, the same in every run.
    let mut state = 1u64;
    let mut any = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / (1u64 << 30) as f64 - 1.0
    };
    let mut unknowns = Vec::new();
    for _ in 0..cameras {
        unknowns.extend([0.1 * any(), 0.1 * any(), 0.3 + 0.1 * any()]);
        unknowns.extend([any(), any(), -10.0 + any()]);
        unknowns.extend([500.0 + 10.0 * any(), 0.01 * any(), 0.001 * any()]);
    }
    unknowns.extend((0..POINT * points).map(|_| 3.0 * any()));
    let by: Vec<usize> = (0..points * looks).map(|i| (i * 7 + i / looks) % cameras).collect();
    let of: Vec<usize> = (0..points * looks).map(|i| i / looks).collect();
    let seen: Vec<[f64; 2]> = (0..points * looks).map(|_| [100.0 * any(), 100.0 * any()]).collect();

    // A row knows its columns from who saw what.
    let pattern = Pattern::new(
        unknowns.len(),
        (0..2 * seen.len()).map(|row| {
            let camera = CAMERA * by[row / 2];
            let point = CAMERA * cameras + POINT * of[row / 2];
            (camera..camera + CAMERA).chain(point..point + POINT)
        }),
    );
    let begin = Instant::now();
    let groups = pattern.colour_columns();
    let coloured = begin.elapsed();

    let jvp = |along: &[f64]| residuals_jvp(&unknowns, cameras, &by, &of, &seen, along).1;
    let begin = Instant::now();
    let value = residuals(&unknowns, cameras, &by, &of, &seen);
    let primal = begin.elapsed();
    let begin = Instant::now();
    let jacobian = Csr::by_columns(&pattern, &groups, jvp);
    let swept = begin.elapsed();
    assert!(jacobian.agrees_with(1e-12, jvp), "no entry is missing");

    println!(
        "{} residuals of {} unknowns: {} of {} entries ({:.2} %)",
        value.len(),
        unknowns.len(),
        pattern.entries(),
        value.len() * unknowns.len(),
        100.0 * pattern.entries() as f64 / (value.len() * unknowns.len()) as f64,
    );
    println!(
        "{} groups of columns, found in {:.1} ms",
        groups.count(),
        1e3 * coloured.as_secs_f64()
    );
    println!(
        "the Jacobian: {:.1} ms, {:.0} times the residuals ({} sweeps if it were dense)",
        1e3 * swept.as_secs_f64(),
        swept.as_secs_f64() / primal.as_secs_f64(),
        unknowns.len(),
    );
    assert!(groups.count() < 20);
}
