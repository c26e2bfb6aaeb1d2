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

#[grad(jvp)]
pub fn by_number(x: &[f64]) -> f64 {
    let mut p = [0.0; 3];
    let mut y = 0.0;
    for i in 0..x.len() {
        p[0] = x[i].sin();
        p[1] = p[0] * x[i] + p[0];
        p[2] = p[1].exp();
        y += p[i % 3] * p[2].sqrt();
        p[1] *= x[i];
        y -= p[1] * p[1];
    }
    y
}

#[grad(jvp)]
pub fn stale_by_number(x: &[f64]) -> f64 {
    let mut p = [0.5, 0.25, 0.125];
    let mut y = 0.0;
    for i in 0..x.len() {
        p[0] = x[i].sin() * p[2];
        p[1] = p[0] * x[i];
        p[2] = p[1].cos();
        y += p[1] * p[2];
    }
    y
}

#[grad(jvp)]
pub fn partly_by_number(x: &[f64]) -> f64 {
    let mut p = [0.5; 4];
    let mut y = 0.0;
    for i in 0..x.len() {
        p[0] = x[i].sin();
        p[1] = p[0] * x[i];
        y += p[0] * p[1];
        if i % 2 == 0 {
            p[2] = p[1].cos();
        }
        y += p[(i + 1) % 4] * x[i];
    }
    y
}

#[grad(jvp)]
pub fn matrix_by_number(angles: &[f64], point: [f64; 2]) -> f64 {
    let mut r = [[0.0; 2]; 2];
    let mut y = 0.0;
    for a in angles {
        let (s, c) = a.sin_cos();
        r[0][0] = c;
        r[0][1] = -s;
        r[1][0] = s;
        r[1][1] = c;
        let q = [r[0][0] * point[0] + r[0][1] * point[1], r[1][0] * point[0] + r[1][1] * point[1]];
        y += (q[0] * q[0] - q[1]).exp();
    }
    y
}

/// What lies beyond the weights keeps what it was made with, which is active.
#[grad(jvp)]
pub fn zipped(w: &[f64], xs: &[f64], start: &[f64]) -> f64 {
    let mut h = start.to_vec();
    let mut y = 0.0;
    for x in xs {
        for (h, w) in h.iter_mut().zip(w) {
            *h = (w * x).tanh();
        }
        y += h.iter().map(|h| h * h).sum::<f64>().sqrt();
    }
    y
}

/// What lies beyond is stale in later iterations.
#[grad(jvp)]
pub fn zipped_to_another_end(w: &[f64], xs: &[f64], start: &[f64]) -> f64 {
    let mut h = start.to_vec();
    let mut y = 0.0;
    for (i, x) in xs.iter().enumerate() {
        for (h, w) in h.iter_mut().zip(&w[i % 2..]) {
            *h = (w * x).tanh();
        }
        y += h.iter().map(|h| h * h).sum::<f64>().sqrt();
    }
    y
}

#[grad(jvp)]
pub fn written_beyond(w: &[f64], xs: &[f64], start: &[f64]) -> f64 {
    let mut h = start.to_vec();
    let last = h.len() - 1;
    let mut y = 0.0;
    for x in xs {
        for (h, w) in h.iter_mut().zip(w) {
            *h = (w * x).tanh();
        }
        h[last] *= x;
        for (h, w) in h.iter_mut().zip(w).rev() {
            *h += w * x;
        }
        y += h.iter().map(|h| h * h).sum::<f64>().sqrt();
    }
    y
}

#[grad(jvp)]
pub fn written_twice(w: &[f64], xs: &[f64], start: &[f64]) -> f64 {
    let mut h = start.to_vec();
    let mut y = 0.0;
    for x in xs {
        for (h, w) in h.iter_mut().zip(w) {
            *h = (w * x).tanh();
        }
        for (h, w) in h.iter_mut().zip(w) {
            *h = *h * *h + w * x;
        }
        y += h.iter().sum::<f64>().sin();
    }
    y
}

#[grad(jvp)]
pub fn rows_of_scores(scores: &[f64], labels: &[usize], classes: usize) -> f64 {
    let mut p = vec![0.0; classes];
    let mut loss = 0.0;
    for (n, &label) in labels.iter().enumerate() {
        let row = &scores[n * classes..(n + 1) * classes];
        let mut total = 0.0;
        for (p, s) in p.iter_mut().zip(row) {
            *p = s.exp();
            total += *p;
        }
        loss -= (p[label] / total).ln();
    }
    loss
}

/// Rows of growing length: what lies beyond is of the row before.
#[grad(jvp)]
pub fn rows_of_other_lengths(x: &[f64], rows: usize) -> f64 {
    let mut p = vec![0.5; rows];
    let mut y = 0.0;
    for n in 0..rows {
        let row = &x[n..2 * n + (n + 1) % 2];
        for (p, s) in p.iter_mut().zip(row) {
            *p = s.exp();
        }
        y += (p[n] * p[rows - 1 - n]).sin();
    }
    y
}

pub fn cases(c: &mut Checker) {
    let scores = vec![[0.5, -1.25, 2.0], [0.75, 1.5, -0.25]];
    check!(c, batch_softmax(&scores, const &[2, 0]) -> f64);
    check!(c, partly_stale(&vec![0.5, -1.25, 2.0, 0.75, 1.5], const 3) -> f64);
    let x = vec![0.5, -1.25, 2.0, 0.75, 1.5];
    check!(c, by_number(&x) -> f64);
    check!(c, stale_by_number(&x) -> f64);
    check!(c, partly_by_number(&x) -> f64);
    check!(c, matrix_by_number(&x, [0.5, -0.75]) -> f64);
    check!(c, by_number(&vec![]) -> f64);
    let (w, start) = (vec![0.5, -0.75], vec![0.25, 1.5, -0.5, 0.125]);
    check!(c, zipped(&w, &x, &start) -> f64);
    check!(c, zipped(&start, &x, &w) -> f64);
    check!(c, zipped_to_another_end(&w, &x, &start) -> f64);
    check!(c, zipped_to_another_end(&start, &x, &w) -> f64);
    check!(c, written_beyond(&w, &x, &start) -> f64);
    check!(c, written_beyond(&start, &x, &w) -> f64);
    check!(c, written_twice(&w, &x, &start) -> f64);
    check!(c, rows_of_scores(&vec![0.5, -1.25, 2.0, 0.75, 1.5, -0.25], const &[2, 0], const 3) -> f64);
    check!(c, rows_of_other_lengths(&vec![0.5, -1.25, 2.0, 0.75, 1.5, -0.25, 0.375], const 3) -> f64);
}
