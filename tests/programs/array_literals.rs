// Arrays written out, of active and constant elements, indexed at once, and nested.

#[grad(jvp)]
pub fn bezier(t: f64, a: f64, b: f64, c: f64) -> f64 {
    let s = 1.0 - t;
    let basis = [s * s, 2.0 * s * t, t * t];
    let control = [a, b, c];
    let mut sum = 0.0;
    for i in 0..3 {
        sum += basis[i] * control[i];
    }
    sum
}

#[grad(jvp)]
pub fn chosen(x: f64, which: usize) -> f64 {
    [x, x * x, x.sin(), 0.5][which] * [1.0, 2.0][which % 2]
}

#[grad(jvp)]
pub fn rotation(angle: f64, v: [f64; 2]) -> f64 {
    let (sin, cos) = angle.sin_cos();
    let m = [[cos, -sin], [sin, cos]];
    let zero = [[0.0; 2]; 2];
    let mut w = [0.0, 0.0];
    for i in 0..2 {
        w[i] = m[i][0] * v[0] + m[i][1] * v[1] + zero[i][0];
    }
    w[0] * w[0] * w[1]
}

pub fn cases(c: &mut Checker) {
    check!(c, bezier(0.375, 0.5, -1.25, 2.0) -> f64);
    for which in 0..4 {
        check!(c, chosen(0.75, const which) -> f64);
    }
    check!(c, rotation(0.375, [0.5, -1.25]) -> f64);
}
