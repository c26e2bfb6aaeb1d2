// A table of rows made inside and filled in order: time warping of two signals.

#[grad(jvp)]
pub fn soft_time_warping(x: &[f64], y: &[f64], softness: f64) -> f64 {
    let mut cost = vec![vec![0.0; y.len()]; x.len()];
    for i in 0..x.len() {
        for j in 0..y.len() {
            let d = (x[i] - y[j]) * (x[i] - y[j]);
            if i == 0 && j == 0 {
                cost[i][j] = d;
                continue;
            }
            let mut total = 0.0;
            if i > 0 {
                total += (-cost[i - 1][j] / softness).exp();
            }
            if j > 0 {
                total += (-cost[i][j - 1] / softness).exp();
            }
            if i > 0 && j > 0 {
                total += (-cost[i - 1][j - 1] / softness).exp();
            }
            cost[i][j] = d - softness * total.ln();
        }
    }
    cost[x.len() - 1][y.len() - 1]
}

pub fn cases(c: &mut Checker) {
    check!(c, soft_time_warping(&vec![0.5, 1.25, 0.75], &vec![0.25, 1.0, 1.5, 0.5], 0.75) -> f64);
}
