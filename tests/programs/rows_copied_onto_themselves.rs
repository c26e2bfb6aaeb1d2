// `m[i] = m[j]` where `i` may be `j`: then nothing changes, and no adjoint is lost or doubled.

#[grad(jvp)]
pub fn rows(x: &[[f64; 2]; 3], i: usize, j: usize) -> f64 {
    let mut m = *x;
    m[i] = m[j];
    m[0][0] * m[1][1] + m[2][0] * m[1][0] + m[0][1]
}

#[grad(jvp)]
pub fn rows_in_a_loop(x: &mut [[f64; 2]; 3], from: usize) {
    for k in 0..4 {
        let i = (k * 2) % 3;
        x[i] = x[(from + k) % 3];
        x[i][1] *= x[(i + 1) % 3][0];
    }
}

#[grad(jvp)]
pub fn elements(x: &[f64; 3], i: usize, j: usize) -> f64 {
    let mut v = *x;
    v[i] = v[j];
    v[j] += v[i];
    v[0] * v[1] + v[2]
}

pub fn cases(c: &mut Checker) {
    let m = [[0.5, -1.25], [0.75, 0.875], [1.5, -0.25]];
    for i in 0..3 {
        for j in 0..3 {
            check!(c, rows(&m, const i, const j) -> f64);
            check!(c, elements(&[0.5, -1.25, 0.75], const i, const j) -> f64);
        }
        check!(c, rows_in_a_loop(&mut m.clone(), const i) -> ());
    }
}
