// Stencils that read and overwrite the same array in nested loops.

#[grad(jvp)]
pub fn heat(start: &[f64], conductivity: f64, steps: usize) -> f64 {
    let n = start.len();
    let mut u = start.to_vec();
    let mut next = vec![0.0; n];
    for _ in 0..steps {
        for i in 0..n {
            let left = if i == 0 { 0.0 } else { u[i - 1] };
            let right = if i + 1 == n { 0.0 } else { u[i + 1] };
            next[i] = u[i] + conductivity * (left - 2.0 * u[i] + right);
        }
        for i in 0..n {
            u[i] = next[i];
        }
    }
    let mut energy = 0.0;
    for i in 0..n {
        energy += u[i] * u[i];
    }
    energy
}

#[grad(jvp)]
pub fn gauss_seidel(a: &[[f64; 3]; 3], b: &[f64; 3], sweeps: usize) -> f64 {
    let mut x = [0.0; 3];
    for _ in 0..sweeps {
        for i in 0..3 {
            let mut sum = b[i];
            for j in 0..3 {
                if j != i {
                    sum -= a[i][j] * x[j];
                }
            }
            x[i] = sum / a[i][i];
        }
    }
    x[0] * x[1] - x[2] * x[2]
}

pub fn cases(c: &mut Checker) {
    check!(c, heat(&vec![0.5, -1.0, 2.0, 0.25], 0.125, const 5) -> f64);
    let a = [[4.0, -1.0, 0.5], [-1.0, 3.0, 0.75], [0.25, 0.5, 2.5]];
    check!(c, gauss_seidel(&a, &[1.0, -0.5, 2.0], const 4) -> f64);
}
