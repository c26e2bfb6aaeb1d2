// The forward algorithm: one row of probabilities overwritten from another, step after step.

#[grad(jvp)]
pub fn log_likelihood(
    initial: &[f64; 2],
    transition: &[[f64; 2]; 2],
    emission: &[[f64; 3]; 2],
    observed: &[usize],
) -> f64 {
    let mut alpha = [0.0; 2];
    for s in 0..2 {
        alpha[s] = initial[s] * emission[s][observed[0]];
    }
    let mut log_likelihood = 0.0;
    for t in 1..observed.len() {
        let total: f64 = alpha[0] + alpha[1];
        log_likelihood += total.ln();
        let mut next = [0.0; 2];
        for s in 0..2 {
            for r in 0..2 {
                next[s] += alpha[r] / total * transition[r][s];
            }
            next[s] *= emission[s][observed[t]];
        }
        alpha = next;
    }
    log_likelihood + (alpha[0] + alpha[1]).ln()
}

pub fn cases(c: &mut Checker) {
    let transition = [[0.75, 0.25], [0.375, 0.625]];
    let emission = [[0.5, 0.25, 0.25], [0.125, 0.375, 0.5]];
    let observed = [0, 2, 1, 1, 2];
    check!(
        c,
        log_likelihood(&[0.625, 0.375], &transition, &emission, const &observed) -> f64
    );
}
