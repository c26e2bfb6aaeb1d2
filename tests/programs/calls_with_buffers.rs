// `&mut` buffers as arguments: functions that write, add to or transform what they are given.

#[grad(jvp)]
pub fn affine(weights: &[f64], x: &[f64], out: &mut [f64]) {
    let n = x.len();
    for i in 0..out.len() {
        out[i] = 0.125;
        for j in 0..n {
            out[i] += weights[i * n + j] * x[j];
        }
    }
}

#[grad(jvp)]
pub fn activate(x: &mut [f64]) {
    for i in 0..x.len() {
        x[i] = x[i].tanh();
    }
}

#[grad(jvp)]
pub fn network(weights: &[f64], x: &[f64; 2], layers: usize) -> f64 {
    let mut state = x.to_vec();
    let mut next = vec![0.0; 2];
    for l in 0..layers {
        affine(&weights[4 * l..4 * (l + 1)], &state, &mut next);
        activate(&mut next[..1]);
        state.copy_from_slice(&next);
    }
    state[0] * state[1]
}

#[grad(jvp)]
pub fn add_to(total: &mut f64, x: f64) {
    *total += x * *total;
}

#[grad(jvp)]
pub fn compounded(x: &[f64; 3], y: f64) -> f64 {
    let mut total = y;
    let mut copies = *x;
    for i in 0..3 {
        add_to(&mut total, x[i]);
        add_to(&mut copies[i], total);
    }
    total * copies[0] + copies[2]
}

pub fn cases(c: &mut Checker) {
    let weights = vec![0.5, -1.25, 2.0, 0.75, 1.5, -0.25, 0.375, 1.0];
    check!(c, affine(&weights, &vec![0.75, -0.5], &mut vec![9.0; 4]) -> ());
    check!(c, network(&weights, &[0.75, -0.5], const 2) -> f64);
    check!(c, compounded(&[0.5, -1.25, 0.75], 0.625) -> f64);
}
