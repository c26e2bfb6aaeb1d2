// Functions over arrays of any length.

#[grad(jvp)]
pub fn energy<const N: usize>(x: [f64; N], scale: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..N {
        sum += (x[i] * scale).sin() * x[i];
    }
    sum / N as f64
}

#[grad(jvp)]
pub fn products<const N: usize, const M: usize>(x: &[f64; N], y: &[[f64; M]; N]) -> [f64; M] {
    let mut out = [0.0; M];
    for i in 0..N {
        for j in 0..M {
            out[j] += x[i] * y[i][j] * y[i][j];
        }
    }
    out
}

pub fn cases(c: &mut Checker) {
    check!(c, energy([0.5, -1.25, 0.75], 1.5) -> f64);
    check!(c, products(&[0.5, -1.25], &[[0.5, 0.25, 1.0], [-0.5, 1.5, 2.0]]) -> [f64; 3]);
}
