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

/// Arrays, slices and vectors of numbers, as a whole.
#[grad(jvp)]
pub fn sequences(x: &[f64], y: [f64; 2], k: &[usize]) -> f64 {
    let signs = [x[0] > 0.0, x[1] > 0.0];
    let mut sum = if signs == [true; 2] { x[0] * x[1] } else { x[0] };
    if k == [1, 2] {
        sum *= y[0];
    }
    if *x != y {
        sum += y[1];
    }
    if vec![1, 2] == k {
        sum *= x[0];
    }
    sum
}

pub fn cases(c: &mut Checker) {
    check!(c, sequences(&[0.5, 1.25], [0.75, -0.5], const &[1, 2]) -> f64);
    check!(c, sequences(&[0.5, -1.25], [0.75, -0.5], const &[1]) -> f64);
    for (x, y, n) in [(0.5, 0.75, 1), (1.5, 0.75, 2), (-0.5, -0.75, 3)] {
        check!(c, rank(x, y, const n) -> f64);
    }
}
