// `.rev()` of open and closed ranges.

#[grad(jvp)]
pub fn horner(coefficients: &[f64], x: f64) -> f64 {
    let mut sum = 0.0;
    for k in (0..coefficients.len()).rev() {
        sum = sum * x + coefficients[k];
    }
    sum
}

#[grad(jvp)]
pub fn continued_fraction(x: f64, depth: usize) -> f64 {
    let mut tail = 0.0;
    for k in (1..=depth).rev() {
        let k = k as f64;
        tail = x * x / (2.0 * k + 1.0 + tail);
    }
    x / (1.0 + tail)
}

#[grad(jvp)]
pub fn back_substitution(u: &[[f64; 3]; 3], b: &[f64; 3]) -> f64 {
    let mut x = [0.0; 3];
    for i in (0..3).rev() {
        let mut sum = b[i];
        for j in i + 1..3 {
            sum -= u[i][j] * x[j];
        }
        x[i] = sum / u[i][i];
    }
    x[0] * x[1] + x[2]
}

pub fn cases(c: &mut Checker) {
    check!(c, horner(&vec![0.5, -1.0, 2.0, 0.25], 0.75) -> f64);
    check!(c, continued_fraction(0.875, const 5) -> f64);
    let u = [[1.5, 0.5, -0.25], [0.0, 2.0, 0.75], [0.0, 0.0, -1.25]];
    check!(c, back_substitution(&u, &[0.5, -1.0, 0.75]) -> f64);
}
