//! Newton iterations until they converge, for each element of a slice.

use autodiff_runtime::grad;

use crate::harness::{Kernel, numbers};

/// The sum of the heights above the ellipse's axis at these mean anomalies.
#[grad]
pub fn heights(anomalies: &[f64], eccentricity: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..anomalies.len() {
        let mut angle = anomalies[i];
        let mut step: f64 = 1.0;
        while step.abs() > 1e-12 {
            let error = angle - eccentricity * angle.sin() - anomalies[i];
            step = error / (1.0 - eccentricity * angle.cos());
            angle -= step;
        }
        sum += angle.sin();
    }
    sum
}

/// Two directions forward along the iterations.
fn by_hand(anomalies: &[f64], eccentricity: f64, d: &mut [f64], d_e: &mut f64) -> f64 {
    let (mut sum, mut sum_e) = (0.0, 0.0);
    for (&anomaly, d) in anomalies.iter().zip(d) {
        let (mut angle, mut by_anomaly, mut by_e) = (anomaly, 1.0, 0.0);
        let mut step: f64 = 1.0;
        while step.abs() > 1e-12 {
            let (sin, cos) = angle.sin_cos();
            let inverse = 1.0 / (1.0 - eccentricity * cos);
            step = (angle - eccentricity * sin - anomaly) * inverse;
            // The error moves with the angle by just the divisor, which moves by this.
            let divisor_by_angle = eccentricity * sin;
            let by_angle = step * divisor_by_angle * inverse;
            by_anomaly = by_anomaly * by_angle + inverse;
            by_e = by_e * by_angle + (sin - step * cos) * inverse;
            angle -= step;
        }
        let (sin, cos) = angle.sin_cos();
        sum += sin;
        sum_e += cos * by_e;
        *d = cos * by_anomaly;
    }
    *d_e = sum_e;
    sum
}

pub fn kernel(name: &'static str) -> Kernel {
    const N: usize = 64;
    Kernel::new(
        name,
        || numbers(N, 5).iter().map(|x| 3.0 * x).collect::<Vec<_>>(),
        [N, 1],
        |anomalies| heights(anomalies, 0.3),
        |anomalies, [d, d_e]| heights_grad_into(anomalies, 0.3, d, &mut d_e[0]),
        |anomalies, [d, d_e]| by_hand(anomalies, 0.3, d, &mut d_e[0]),
    )
}
