// Log likelihood of a local linear trend model by the Kalman filter.

#[derive(Clone, Copy, Debug, autodiff_runtime::Differentiable)]
pub struct Noise {
    pub level: f64,
    pub slope: f64,
    pub observation: f64,
}

#[derive(Clone, Copy, Debug, autodiff_runtime::Differentiable)]
pub struct State {
    pub mean: [f64; 2],
    pub covariance: [[f64; 2]; 2],
}

#[grad(jvp)]
pub fn predict(state: &State, noise: &Noise) -> State {
    let [level, slope] = state.mean;
    let [[p00, p01], [p10, p11]] = state.covariance;
    State {
        mean: [level + slope, slope],
        covariance: [
            [p00 + p01 + p10 + p11 + noise.level.exp(), p01 + p11],
            [p10 + p11, p11 + noise.slope.exp()],
        ],
    }
}

#[grad(jvp)]
pub fn log_likelihood(noise: &Noise, ys: &[f64]) -> f64 {
    let mut state = State { mean: [ys[0], 0.0], covariance: [[1.0, 0.0], [0.0, 1.0]] };
    let mut total = 0.0;
    for &y in &ys[1..] {
        state = predict(&state, noise);
        let innovation = y - state.mean[0];
        let s = state.covariance[0][0] + noise.observation.exp();
        total -= 0.5 * (innovation * innovation / s + s.ln() + (2.0 * std::f64::consts::PI).ln());
        let gain = [state.covariance[0][0] / s, state.covariance[1][0] / s];
        for (m, k) in state.mean.iter_mut().zip(gain) {
            *m += k * innovation;
        }
        let p = state.covariance;
        for i in 0..2 {
            for j in 0..2 {
                state.covariance[i][j] = p[i][j] - gain[i] * p[0][j];
            }
        }
    }
    total
}

autodiff_tests::flat! { Noise, NoiseTangent; State, StateTangent; }

pub fn cases(c: &mut Checker) {
    let noise = Noise { level: -1.0, slope: -2.0, observation: -0.5 };
    let state = State { mean: [0.5, 0.25], covariance: [[1.5, 0.25], [0.25, 0.75]] };
    let ys = vec![0.5, 0.75, 0.25, 1.5, 1.25, 2.0, 1.75, 2.5];
    check!(c, predict(&state, &noise) -> State);
    check!(c, log_likelihood(&noise, &ys) -> f64);
}
