// Views of rows and elements made in loops, and indices that are themselves overwritten.

#[grad(jvp)]
pub fn gram_schmidt(m: &[[f64; 3]; 3]) -> f64 {
    let mut q = *m;
    for i in 0..3 {
        for j in 0..i {
            let mut overlap = 0.0;
            for k in 0..3 {
                overlap += q[i][k] * q[j][k];
            }
            for k in 0..3 {
                q[i][k] -= overlap * q[j][k];
            }
        }
        let row = &mut q[i];
        let norm = (row[0] * row[0] + row[1] * row[1] + row[2] * row[2]).sqrt();
        for k in 0..3 {
            row[k] /= norm;
        }
    }
    q[0][0] * q[1][1] * q[2][2] + q[2][0]
}

#[grad(jvp)]
pub fn row_copied_and_row_viewed(m: &[Vec<f64>], n: usize) -> f64 {
    let mut y = m.to_vec();
    let mut at = n;
    let mut sum = 0.0;
    for k in 0..4 {
        let before = y[at].clone();
        let row = &mut y[at];
        at = (at + 1) % m.len();
        row[k % 2] = before[0] * before[1] + row[1];
        sum += before[k % 2] * row[0];
        y.swap(0, at);
    }
    sum + y[0][0] * y[1][1]
}

#[grad(jvp)]
pub fn cholesky_in_place(a: &mut [f64], n: usize) -> f64 {
    for j in 0..n {
        let (done, current) = a.split_at_mut(j * n);
        let row = &mut current[..n];
        for k in 0..j {
            let previous = &done[k * n..(k + 1) * n];
            let factor = previous[j];
            for i in j..n {
                row[i] -= factor * previous[i];
            }
        }
        let pivot = row[j].sqrt();
        for i in j..n {
            row[i] /= pivot;
        }
    }
    let mut log_det = 0.0;
    for j in 0..n {
        log_det += a[j * n + j].ln();
    }
    log_det
}

pub fn cases(c: &mut Checker) {
    check!(c, gram_schmidt(&[[1.5, 0.5, -0.25], [0.75, 2.0, 1.0], [-0.5, 0.25, 1.25]]) -> f64);
    check!(c, row_copied_and_row_viewed(&vec![vec![0.5, -1.25], vec![0.75, 0.875]], const 1) -> f64);
    check!(c, cholesky_in_place(&mut vec![4.0, 0.5, -0.25, 0.5, 3.0, 0.75, -0.25, 0.75, 2.0], const 3) -> f64);
}
