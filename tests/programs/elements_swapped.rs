// `swap` of elements: a bubble sort, elimination with pivoting, and rows of rows.

#[grad(jvp)]
pub fn sorted_weighted(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    for end in (1..y.len()).rev() {
        for i in 0..end {
            if y[i] > y[i + 1] {
                y.swap(i, i + 1);
            }
        }
    }
    let mut sum = 0.0;
    for i in 0..y.len() {
        sum += (i + 1) as f64 * y[i] * y[i];
    }
    sum
}

#[grad(jvp)]
pub fn solve_with_pivoting(a: &[[f64; 3]; 3], b: &[f64; 3]) -> f64 {
    let mut m = *a;
    let mut x = *b;
    for k in 0..3 {
        let mut pivot = k;
        for i in k + 1..3 {
            if m[i][k].abs() > m[pivot][k].abs() {
                pivot = i;
            }
        }
        m.swap(k, pivot);
        x.swap(k, pivot);
        for i in k + 1..3 {
            let factor = m[i][k] / m[k][k];
            for j in k..3 {
                m[i][j] -= factor * m[k][j];
            }
            x[i] -= factor * x[k];
        }
    }
    for i in (0..3).rev() {
        for j in i + 1..3 {
            x[i] -= m[i][j] * x[j];
        }
        x[i] /= m[i][i];
    }
    x[0] + x[1] * x[2]
}

pub fn cases(c: &mut Checker) {
    check!(c, sorted_weighted(&vec![0.5, -1.25, 2.0, 0.75]) -> f64);
    let a = [[0.25, 1.5, -0.5], [2.0, 0.5, 1.0], [-1.0, 0.75, 1.25]];
    check!(c, solve_with_pivoting(&a, &[1.0, -0.5, 0.75]) -> f64);
}
