// `&[T; N]` and a reference to a nested array; dereferenced, copied, borrowed on.

#[grad(jvp)]
pub fn norm(x: &[f64; 3]) -> f64 {
    (x[0] * x[0] + x[1] * x[1] + x[2] * x[2]).sqrt()
}

#[grad(jvp)]
pub fn rotate_and_project(m: &[[f64; 2]; 2], x: &[f64; 2]) -> f64 {
    let mut y = *x;
    y[0] = m[0][0] * x[0] + m[0][1] * x[1];
    y[1] = m[1][0] * x[0] + m[1][1] * x[1];
    let row = &m[1];
    y[0] * row[0] + y[1] * row[1] * x.len() as f64
}

pub fn cases(c: &mut Checker) {
    check!(c, norm(&[0.5, -1.25, 0.75]) -> f64);
    check!(c, rotate_and_project(&[[0.5, -1.25], [0.75, 1.5]], &[0.25, 2.0]) -> f64);
}
