// One buffer passed to many calls, each needing on the way back what it held at that time.

#[grad(jvp)]
pub fn step(state: &mut [f64], scratch: &mut [f64], rate: f64) -> f64 {
    let n = state.len();
    for i in 0..n {
        scratch[i] = state[i] * state[(i + 1) % n];
    }
    let mut change = 0.0;
    for i in 0..n {
        state[i] += rate * scratch[i].sin();
        change += scratch[i] * state[i];
    }
    change
}

#[grad(jvp)]
pub fn many_steps(start: &[f64], rate: f64, steps: usize, limit: f64) -> f64 {
    let mut state = start.to_vec();
    let mut scratch = vec![0.0; start.len()];
    let mut total = 0.0;
    for k in 0..steps {
        let change = step(&mut state, &mut scratch, rate * (1.0 + 0.25 * k as f64));
        total += change * scratch[0];
        if change > limit {
            break;
        }
        scratch[1] *= 2.0;
        state[0] += scratch[1] * 0.125;
    }
    total * state[1]
}

pub fn cases(c: &mut Checker) {
    check!(c, step(&mut vec![0.5, -1.25, 0.75], &mut vec![0.0; 3], 0.375) -> f64);
    check!(c, many_steps(&vec![0.5, -1.25, 0.75], 0.375, const 4, 100.0) -> f64);
    check!(c, many_steps(&vec![0.5, 1.25, 0.75], 0.375, const 4, 2.0) -> f64);
}
