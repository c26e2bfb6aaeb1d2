// Inner loops that compute for each row what is the same in all rows, or that make a sum a row.

#[grad(jvp)]
pub fn log_likelihood(mean: &[f64], log_sd: &[f64], data: &[f64]) -> f64 {
    let d = mean.len();
    let mut total = 0.0;
    for row in data.chunks_exact(d) {
        let terms = row.iter().zip(mean).zip(log_sd).map(|((x, m), s)| {
            let z = (x - m) * (-s).exp();
            -0.5 * z * z - s
        });
        total += terms.sum::<f64>();
    }
    total
}

/// Two counters, and an offset: one table for both loops.
#[grad(jvp)]
pub fn of_components(scales: &[f64], points: &[f64], d: usize, steps: usize) -> f64 {
    let k = scales.len() / (2 * d);
    let mut total = 0.0;
    for step in 0..steps {
        for c in 0..k {
            let own = &scales[c * 2 * d..(c + 1) * 2 * d];
            for i in 0..d {
                total += own[d + i].exp() * points[step];
            }
            for i in (0..d).rev() {
                total += (own[d + i].exp() + points[step]).sin();
            }
        }
    }
    total
}

/// Without an iteration around it, nothing is read beyond the end; what the outer loop changes is read again.
#[grad(jvp)]
pub fn with_nothing_to_do(x: &[f64], n: usize, times: usize) -> f64 {
    let mut state: Vec<f64> = vec![0.25; x.len()];
    let mut sum = 0.0;
    for _ in 0..times {
        for i in 0..n {
            sum += x[i].ln() * state[i].exp();
            state[i] *= x[i];
        }
    }
    sum
}

/// Rows of dot products, whose results are stored, compared, and carried on.
#[grad(jvp)]
pub fn rows(w: &[f64], x: &[f64]) -> f64 {
    let n = x.len();
    let m = w.len() / n;
    let mut y: Vec<f64> = vec![0.0; m];
    let mut largest = f64::NEG_INFINITY;
    for r in 0..m {
        let row = &w[r * n..(r + 1) * n];
        let mut sum = 0.125;
        for i in 0..n {
            sum += row[i] * x[i];
        }
        y[r] = sum.tanh();
        if y[r] > largest {
            largest = y[r];
        }
    }
    y.iter().map(|y| y * y).sum::<f64>() + largest
}

/// Columns, two levels deep; and a sum that goes on from row to row.
#[grad(jvp)]
pub fn columns(a: &[f64], x: &[f64], n: usize) -> f64 {
    let mut loss = 0.0;
    for s in 0..n {
        let mut sum = 0.0;
        for r in 0..3 {
            for q in 0..x.len() / 3 {
                sum += a[(3 * q + r) * n + s] * x[3 * q + r];
            }
        }
        loss += (loss - sum) * sum;
    }
    for s in 0..n {
        for r in 0..x.len() {
            loss += a[r * n + s] * loss;
        }
    }
    loss
}

pub fn cases(c: &mut Checker) {
    let some = |n: usize, by: f64| -> Vec<f64> {
        (0..n).map(|i| (i as f64 * by).sin() * 0.75 + 0.0625).collect()
    };
    check!(c, log_likelihood(&some(3, 1.1), &some(3, 0.7), &some(12, 0.37)) -> f64);
    check!(c, log_likelihood(&some(3, 1.1), &some(2, 0.7), &some(2, 0.37)) -> f64);
    check!(c, of_components(&some(8, 0.9), &some(3, 0.5), const 2, const 3) -> f64);
    check!(c, of_components(&some(8, 0.9), &some(3, 0.5), const 2, const 0) -> f64);
    check!(c, with_nothing_to_do(&vec![0.5, 1.25], const 2, const 3) -> f64);
    check!(c, with_nothing_to_do(&vec![0.5, 1.25], const 7, const 0) -> f64);
    check!(c, rows(&some(11 * 3, 0.3), &some(3, 0.8)) -> f64);
    check!(c, rows(&some(2 * 5, 0.3), &some(5, 0.8)) -> f64);
    check!(c, columns(&some(9 * 6, 0.3), &some(6, 0.8), const 9) -> f64);
    check!(c, columns(&some(3 * 6, 0.3), &some(6, 0.8), const 3) -> f64);
}
