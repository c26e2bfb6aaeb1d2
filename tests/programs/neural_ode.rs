// A neural ODE with RK4 over a closure.

#[grad(jvp)]
pub fn rk4<F: Fn(f64, [f64; 2]) -> [f64; 2]>(f: F, t: f64, y: [f64; 2], h: f64) -> [f64; 2] {
    let shift = |k: [f64; 2], c: f64| [y[0] + c * k[0], y[1] + c * k[1]];
    let k1 = f(t, y);
    let k2 = f(t + h / 2.0, shift(k1, h / 2.0));
    let k3 = f(t + h / 2.0, shift(k2, h / 2.0));
    let k4 = f(t + h, shift(k3, h));
    std::array::from_fn(|i| y[i] + h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]))
}

#[grad(jvp)]
pub fn loss(weights: &[f64], targets: &[[f64; 2]]) -> f64 {
    let (hidden, out) = weights.split_at(8 * 3);
    let field = |_t: f64, y: [f64; 2]| {
        let mut dy = [0.0; 2];
        for (row, out) in hidden.chunks_exact(3).zip(out.chunks_exact(2)) {
            let a = (row[0] * y[0] + row[1] * y[1] + row[2]).tanh();
            dy[0] += out[0] * a;
            dy[1] += out[1] * a;
        }
        dy
    };
    let mut y = [2.0, 0.0];
    let mut total = 0.0;
    for (i, target) in targets.iter().enumerate() {
        y = rk4(field, i as f64 * 0.1, y, 0.1);
        total += y.iter().zip(target).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
    }
    total / targets.len() as f64
}

pub fn cases(c: &mut Checker) {
    let weights: Vec<f64> = (0..40).map(|i| ((i * 7) % 11 - 5) as f64 / 8.0).collect();
    let targets = vec![[1.0, 0.0], [0.75, 0.25], [0.5, 0.5], [0.25, 0.5]];
    check!(c, loss(&weights, &targets) -> f64);
}
