// Arrays, nested arrays and vectors as results: the seed has their shape.

#[grad(jvp)]
pub fn spherical(r: f64, polar: f64, azimuth: f64) -> [f64; 3] {
    let (sin, cos) = polar.sin_cos();
    [r * sin * azimuth.cos(), r * sin * azimuth.sin(), r * cos]
}

#[grad(jvp)]
pub fn outer(a: [f64; 2], b: [f64; 2]) -> [[f64; 2]; 2] {
    [[a[0] * b[0], a[0] * b[1]], [a[1] * b[0], a[1] * b[1]]]
}

#[grad(jvp)]
pub fn softmax(x: &[f64]) -> Vec<f64> {
    let mut p = vec![0.0; x.len()];
    let mut total = 0.0;
    for i in 0..x.len() {
        p[i] = x[i].exp();
        total += p[i];
    }
    for i in 0..x.len() {
        p[i] /= total;
    }
    p
}

#[grad(jvp)]
pub fn squares(x: &[f64; 3]) -> ([f64; 3], f64) {
    let mut y = *x;
    let mut sum = 0.0;
    for i in 0..3 {
        y[i] *= x[i];
        sum += y[i];
    }
    (y, sum)
}

pub fn cases(c: &mut Checker) {
    check!(c, spherical(1.5, 0.75, -0.5) -> [f64; 3]);
    check!(c, outer([0.5, -1.25], [0.75, 2.0]) -> [[f64; 2]; 2]);
    check!(c, softmax(&vec![0.5, -1.25, 2.0]) -> Vec<f64>);
    check!(c, squares(&[0.5, -1.25, 2.0]) -> ([f64; 3], f64));
}
