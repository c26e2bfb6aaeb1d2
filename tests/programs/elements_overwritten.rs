// Elements overwritten in place, where the old value, the new one or both are needed.

#[grad(jvp)]
pub fn prefix_products(x: &[f64]) -> f64 {
    let mut p = x.to_vec();
    let mut sum = p[0];
    for i in 1..p.len() {
        p[i] *= p[i - 1];
        sum += p[i];
    }
    sum
}

#[grad(jvp)]
pub fn thomas(lower: &[f64], main: &[f64], upper: &[f64], right: &[f64]) -> f64 {
    let n = main.len();
    let mut c = upper.to_vec();
    let mut d = right.to_vec();
    c[0] /= main[0];
    d[0] /= main[0];
    for i in 1..n {
        let pivot = main[i] - lower[i] * c[i - 1];
        c[i] /= pivot;
        d[i] = (d[i] - lower[i] * d[i - 1]) / pivot;
    }
    for i in (0..n - 1).rev() {
        d[i] -= c[i] * d[i + 1];
    }
    d[0] * d[n - 1]
}

#[grad(jvp)]
pub fn self_referring(x: &[f64; 3]) -> f64 {
    let mut y = *x;
    y[0] = y[0] * y[0];
    y[1] = y[0] - y[1];
    y[0] += y[0];
    y[2] = y[2];
    y[1] *= y[1] * y[0];
    y[2] -= y[1] / y[2];
    y[0] * y[2]
}

pub fn cases(c: &mut Checker) {
    check!(c, prefix_products(&vec![0.5, -1.25, 2.0, 0.75]) -> f64);
    let (lower, upper) = (vec![0.0, 0.5, -0.25, 0.75], vec![0.5, 0.25, 1.0, 0.0]);
    let (main, right) = (vec![2.0, 3.0, 2.5, 4.0], vec![1.0, -0.5, 0.75, 2.0]);
    check!(c, thomas(&lower, &main, &upper, &right) -> f64);
    check!(c, self_referring(&[0.5, -1.25, 0.75]) -> f64);
}
