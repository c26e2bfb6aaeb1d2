// `for _ in ..`: a fixed number of steps of an iteration.

#[grad(jvp)]
pub fn newton_cube_root(a: f64) -> f64 {
    let mut x = 1.0;
    for _ in 0..6 {
        x -= (x * x * x - a) / (3.0 * x * x);
    }
    x
}

#[grad(jvp)]
pub fn kepler(mean_anomaly: f64, eccentricity: f64, steps: usize) -> f64 {
    let mut anomaly = mean_anomaly;
    for _ in 0..steps {
        let error = anomaly - eccentricity * anomaly.sin() - mean_anomaly;
        anomaly -= error / (1.0 - eccentricity * anomaly.cos());
    }
    anomaly
}

pub fn cases(c: &mut Checker) {
    check!(c, newton_cube_root(2.5) -> f64);
    check!(c, kepler(0.75, 0.375, const 4) -> f64);
}
