// `copy_from_slice`, `clone_from_slice` and `copy_within`: whole ranges overwritten at once.

#[grad(jvp)]
pub fn momentum(x: &[f64], rate: f64, steps: usize) -> f64 {
    let n = x.len();
    let mut position = vec![0.0; n];
    position.copy_from_slice(x);
    let mut previous = x.to_vec();
    let mut scratch = vec![0.0; n];
    for _ in 0..steps {
        scratch.copy_from_slice(&position);
        for i in 0..n {
            let slope = position[i] * position[i] * position[i];
            position[i] += 0.5 * (position[i] - previous[i]) - rate * slope;
        }
        previous.clone_from_slice(&scratch);
    }
    position[0] * previous[n - 1]
}

#[grad(jvp)]
pub fn parts(x: &[f64; 4]) -> f64 {
    let mut y = [0.5; 6];
    y[1..5].copy_from_slice(x);
    y[2] *= y[1];
    y[0..2].copy_from_slice(&x[2..4]);
    y[5] = y[0] * y[2];
    y.copy_within(1..4, 3);
    y[0] * y[5] + y[3] * y[4]
}

pub fn cases(c: &mut Checker) {
    check!(c, momentum(&vec![0.5, -1.25, 0.75], 0.125, const 3) -> f64);
    check!(c, parts(&[0.5, -1.25, 0.75, 2.0]) -> f64);
}
