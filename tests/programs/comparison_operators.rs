// Each comparison, of floats and of integers; `total_cmp` and the classifiers are constants.

#[grad(jvp)]
pub fn rank(x: f64, y: f64, n: i32) -> f64 {
    let mut z = x * y;
    if x < y {
        z += x;
    }
    if x <= y {
        z *= 1.5;
    }
    if x > y {
        z -= y * y;
    }
    if x >= y {
        z += x.sin();
    }
    if x == y {
        z = 0.0;
    }
    if x != y && n != 2 {
        z *= x;
    }
    if x.is_sign_negative() || !y.is_finite() {
        z += y.exp();
    }
    if x.total_cmp(&y).is_lt() && n >= 1 {
        z += z * x;
    }
    z
}

pub fn cases(c: &mut Checker) {
    for (x, y, n) in [(0.5, 0.75, 1), (1.5, 0.75, 2), (-0.5, -0.75, 3)] {
        check!(c, rank(x, y, const n) -> f64);
    }
}
