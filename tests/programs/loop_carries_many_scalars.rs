// Much state in one loop: a Runge-Kutta step of predator and prey, a Kalman filter.

#[grad(jvp)]
pub fn lotka_volterra(prey: f64, predators: f64, birth: f64, death: f64, steps: usize) -> f64 {
    let h = 0.125;
    let (mut x, mut y) = (prey, predators);
    for _ in 0..steps {
        let k1 = birth * x - x * y;
        let l1 = x * y - death * y;
        let (x2, y2) = (x + 0.5 * h * k1, y + 0.5 * h * l1);
        let k2 = birth * x2 - x2 * y2;
        let l2 = x2 * y2 - death * y2;
        let (x3, y3) = (x + h * (2.0 * k2 - k1), y + h * (2.0 * l2 - l1));
        let k3 = birth * x3 - x3 * y3;
        let l3 = x3 * y3 - death * y3;
        x += h * (k1 + 4.0 * k2 + k3) / 6.0;
        y += h * (l1 + 4.0 * l2 + l3) / 6.0;
    }
    x * y
}

#[grad(jvp)]
pub fn kalman_log_likelihood(observed: &[f64], process: f64, noise: f64) -> f64 {
    let mut mean = 0.0;
    let mut variance = 1.0;
    let mut log_likelihood = 0.0;
    for t in 0..observed.len() {
        variance += process * process;
        let innovation = observed[t] - mean;
        let spread: f64 = variance + noise * noise;
        let gain = variance / spread;
        log_likelihood -= 0.5 * (spread.ln() + innovation * innovation / spread);
        mean += gain * innovation;
        variance *= 1.0 - gain;
    }
    log_likelihood
}

pub fn cases(c: &mut Checker) {
    check!(c, lotka_volterra(1.5, 0.75, 1.25, 0.5, const 6) -> f64);
    check!(c, kalman_log_likelihood(&vec![0.5, 0.75, 0.25, -0.5, 1.0], 0.375, 0.5) -> f64);
}
