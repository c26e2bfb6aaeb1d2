// Slices passed on: whole, in parts, computed before, the same one twice.

#[grad(jvp)]
pub fn sum_of_squares(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i] * x[i];
    }
    sum
}

#[grad(jvp)]
pub fn dot(x: &[f64], y: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i] * y[i];
    }
    sum
}

#[grad(jvp)]
pub fn cosine(x: &[f64], y: &[f64]) -> f64 {
    dot(x, y) / (sum_of_squares(x) * sum_of_squares(y)).sqrt()
}

#[grad(jvp)]
pub fn rows(m: &[f64], x: &[f64]) -> f64 {
    let n = x.len();
    let mut total = 0.0;
    for r in 0..m.len() / n {
        let z = dot(&m[r * n..(r + 1) * n], x);
        total += z.sin();
    }
    total
}

#[grad(jvp)]
pub fn of_locals(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    for i in 1..y.len() {
        y[i] *= y[i - 1];
    }
    let before = dot(&y, x);
    y[0] = before;
    let fixed = [0.5; 2];
    before * dot(&y[1..3], &fixed) + dot(&y, &y)
}

pub fn cases(c: &mut Checker) {
    let (x, y) = (vec![0.5, -1.25, 2.0], vec![0.75, 1.5, -0.25]);
    check!(c, cosine(&x, &y) -> f64);
    check!(c, rows(&vec![0.5, -1.25, 2.0, 0.75, 1.5, -0.25], &x) -> f64);
    check!(c, of_locals(&x) -> f64);
}
