// An integrator that calls its right-hand side four times a step.

#[grad(jvp)]
pub fn van_der_pol(state: [f64; 2], stiffness: f64) -> [f64; 2] {
    [state[1], stiffness * (1.0 - state[0] * state[0]) * state[1] - state[0]]
}

#[grad(jvp)]
pub fn moved(state: [f64; 2], slope: [f64; 2], step: f64) -> [f64; 2] {
    [state[0] + step * slope[0], state[1] + step * slope[1]]
}

#[grad(jvp)]
pub fn runge_kutta(start: [f64; 2], stiffness: f64, end: f64, steps: usize) -> f64 {
    let h = end / steps as f64;
    let mut y = start;
    for _ in 0..steps {
        let k1 = van_der_pol(y, stiffness);
        let k2 = van_der_pol(moved(y, k1, 0.5 * h), stiffness);
        let k3 = van_der_pol(moved(y, k2, 0.5 * h), stiffness);
        let k4 = van_der_pol(moved(y, k3, h), stiffness);
        for i in 0..2 {
            y[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
        }
    }
    y[0] * y[1]
}

pub fn cases(c: &mut Checker) {
    check!(c, runge_kutta([0.5, -0.75], 1.25, 1.5, const 4) -> f64);
}
