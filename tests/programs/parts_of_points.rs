// Short loops over the parts of a point, on coordinates that lie side by side.

#[grad(jvp)]
pub fn pairs(x: &[f64], width: f64) -> f64 {
    let n = x.len() / 3;
    let mut energy = 0.0;
    for i in 0..n {
        for j in 0..i {
            let mut square = 0.125;
            for k in 0..3 {
                let difference = x[3 * i + k] - x[3 * j + k];
                square += difference * difference * width;
            }
            energy += 1.0 / square + width * width * square;
        }
    }
    energy
}

/// Neighbours whose parts overlap, taken from the last to the first; a part is read that another iteration has written.
#[grad(jvp)]
pub fn chain(x: &[f64], stiffness: &[f64; 3]) -> f64 {
    let mut y = x.to_vec();
    for i in (1..x.len() / 2).rev() {
        for k in (0..=1).rev() {
            y[2 * i + k - 2] += stiffness[k] * y[2 * i + k] * y[2 * i];
        }
        y[2 * i - 1] *= stiffness[2] + y[2 * i + 1] - y[2 * i];
    }
    let mut sum = 0.0;
    for v in &y {
        sum += v * v;
    }
    sum
}

/// A product of small matrices, each loop a short one.
#[grad(jvp)]
pub fn turned(a: &[f64; 9], b: &[f64; 9]) -> f64 {
    let mut c = [0.0; 9];
    for i in 0..3 {
        for j in 0..3 {
            let mut sum = 0.0;
            for k in 0..3 {
                sum += a[3 * i + k] * b[3 * k + j];
            }
            c[3 * i + j] = sum.sin() + (i * j) as f64;
        }
    }
    c[0] * c[4] * c[8] + c[1] * c[5] * c[6] - c[2]
}

/// Both the sine and the cosine of an angle, in a branch too.
#[grad(jvp)]
pub fn angles(angle: &[f64], turn: f64) -> f64 {
    let mut sum = turn;
    for i in 0..angle.len() {
        let (sine, cosine) = (angle[i] * turn).sin_cos();
        sum += sine * cosine + turn;
        if cosine > 0.0 {
            let half = 0.5 * angle[i];
            sum -= half.cos() * half.sin() * turn;
        }
    }
    sum
}

pub fn cases(c: &mut Checker) {
    check!(c, pairs(&vec![0.0, 1.0, -0.5, 0.25, -1.0, 0.75, 1.5, 0.5, 0.125], 0.75) -> f64);
    check!(c, pairs(&vec![0.0, 1.0, -0.5], 0.75) -> f64);
    check!(c, chain(&vec![0.5, -0.25, 1.0, 0.75, -0.5, 0.25, 0.5, -1.0], &[0.5, -0.75, 1.25]) -> f64);
    check!(c, chain(&vec![0.5, -0.25], &[0.5, -0.75, 1.25]) -> f64);
    check!(c, turned(
        &[0.5, -0.25, 1.0, 0.75, -0.5, 0.25, 0.5, -1.0, 0.125],
        &[1.0, 0.25, -0.5, 0.5, 0.75, -1.0, 0.25, 0.125, 0.5],
    ) -> f64);
    check!(c, angles(&vec![0.5, -0.25, 2.5, 4.0], 0.75) -> f64);
}
