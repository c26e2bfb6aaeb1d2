// Lengths that are constants, and computed from constants.

const N: usize = 3;
const PAIRS: usize = N * (N - 1) / 2;

#[grad(jvp)]
pub fn pair_products(x: [f64; N]) -> f64 {
    let mut products = [0.0; PAIRS];
    let mut at = 0;
    for i in 0..N {
        for j in i + 1..N {
            products[at] = x[i] * x[j];
            at += 1;
        }
    }
    let mut sum = 0.0;
    for p in 0..PAIRS {
        sum += products[p] * products[PAIRS - 1 - p];
    }
    sum
}

#[grad(jvp)]
pub fn blocks(x: &[f64; 2 * N]) -> f64 {
    const HALF: usize = N;
    let mut y = [[0.0; N]; 2];
    for i in 0..2 * HALF {
        y[i / HALF][i % HALF] = x[i] * x[i];
    }
    y[0][N - 1] * y[1][0]
}

pub fn cases(c: &mut Checker) {
    check!(c, pair_products([0.5, -1.25, 2.0]) -> f64);
    check!(c, blocks(&[0.5, -1.25, 2.0, 0.75, 1.5, -0.25]) -> f64);
}
