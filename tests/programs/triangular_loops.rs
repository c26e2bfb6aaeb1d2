// Inner bounds that depend on outer indices.

#[grad(jvp)]
pub fn cholesky_log_det(a: &[[f64; 3]; 3]) -> f64 {
    let mut l = [[0.0; 3]; 3];
    for i in 0..3 {
        for j in 0..=i {
            let mut sum = a[i][j];
            for k in 0..j {
                sum -= l[i][k] * l[j][k];
            }
            if i == j {
                l[i][i] = sum.sqrt();
            } else {
                l[i][j] = sum / l[j][j];
            }
        }
    }
    let mut log_det = 0.0;
    for i in 0..3 {
        log_det += 2.0 * l[i][i].ln();
    }
    log_det
}

#[grad(jvp)]
pub fn coulomb_energy(x: &[f64], charge: &[f64]) -> f64 {
    let mut energy = 0.0;
    for i in 0..x.len() {
        for j in i + 1..x.len() {
            let distance = (x[i] - x[j]).hypot(0.125);
            energy += charge[i] * charge[j] / distance;
        }
    }
    energy
}

#[grad(jvp)]
pub fn neville(nodes: &[f64; 4], values: &[f64; 4], at: f64) -> f64 {
    let mut p = *values;
    for level in 1..4 {
        for i in 0..4 - level {
            let span = nodes[i] - nodes[i + level];
            p[i] = ((at - nodes[i + level]) * p[i] + (nodes[i] - at) * p[i + 1]) / span;
        }
    }
    p[0]
}

pub fn cases(c: &mut Checker) {
    check!(c, cholesky_log_det(&[[4.0, 0.5, -0.25], [0.5, 3.0, 0.75], [-0.25, 0.75, 2.0]]) -> f64);
    check!(c, coulomb_energy(&vec![0.0, 1.0, 2.5, -1.5], &vec![1.0, -0.5, 0.75, 0.25]) -> f64);
    check!(c, neville(&[0.0, 1.0, 2.5, 4.0], &[1.0, -0.5, 0.75, 2.0], 1.75) -> f64);
}
