// `&mut` parameters: on the way back each adjoint buffer turns from seed into gradient.

#[grad(jvp)]
pub fn scale_in_place(x: &mut [f64], factor: f64) {
    for i in 0..x.len() {
        x[i] *= factor;
    }
}

#[grad(jvp)]
pub fn axpy(a: f64, x: &[f64], y: &mut [f64]) {
    for i in 0..x.len() {
        y[i] += a * x[i];
    }
}

#[grad(jvp)]
pub fn only_written(x: f64, out: &mut [f64; 3]) {
    out[0] = x;
    out[1] = x * x;
    out[2] = out[1] * x;
}

#[grad(jvp)]
pub fn swapped(a: &mut [f64], b: &mut [f64]) {
    for i in 0..a.len() {
        let old = a[i];
        a[i] = b[i] * b[i];
        b[i] = old + a[i];
    }
}

pub fn cases(c: &mut Checker) {
    let (x, y) = (vec![0.5, -1.25, 2.0], vec![0.75, 1.5, -0.25]);
    check!(c, scale_in_place(&mut x.clone(), 0.75) -> ());
    check!(c, axpy(1.5, &x, &mut y.clone()) -> ());
    check!(c, only_written(0.75, &mut [9.0, 9.0, 9.0]) -> ());
    check!(c, swapped(&mut x.clone(), &mut y.clone()) -> ());
}
