// One scratch array for every iteration: what it held before is overwritten, not cleared.

#[grad(jvp)]
pub fn batch_softmax(scores: &[[f64; 3]], labels: &[usize]) -> f64 {
    let mut p = [0.0; 3];
    let mut loss = 0.0;
    for n in 0..scores.len() {
        let mut total = 0.0;
        for k in 0..3 {
            p[k] = scores[n][k].exp();
            total += p[k];
        }
        for k in 0..3 {
            p[k] /= total;
        }
        loss -= p[labels[n]].ln();
    }
    loss
}

#[grad(jvp)]
pub fn partly_stale(x: &[f64], n: usize) -> f64 {
    let mut scratch = vec![0.25; n];
    let mut y = 0.0;
    for i in 0..x.len() {
        scratch[i % n] = x[i] * scratch[(i + 1) % n] + x[i];
        for j in 0..n {
            y += scratch[j] * scratch[j];
        }
    }
    y
}

pub fn cases(c: &mut Checker) {
    let scores = vec![[0.5, -1.25, 2.0], [0.75, 1.5, -0.25]];
    check!(c, batch_softmax(&scores, const &[2, 0]) -> f64);
    check!(c, partly_stale(&vec![0.5, -1.25, 2.0, 0.75, 1.5], const 3) -> f64);
}
