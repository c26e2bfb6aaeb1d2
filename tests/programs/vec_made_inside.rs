// `vec![..]` of either form, and `Vec::with_capacity` with `push`.

#[grad(jvp)]
pub fn cumulative(x: &[f64]) -> f64 {
    let mut sums = vec![0.0; x.len() + 1];
    for i in 0..x.len() {
        sums[i + 1] = sums[i] + x[i] * x[i];
    }
    let weights = vec![0.5, x[0], 1.5];
    let mut total = 0.0;
    for i in 0..sums.len() {
        total += sums[i] * weights[i % weights.len()];
    }
    total
}

#[grad(jvp)]
pub fn grid(x: f64, rows: usize, columns: usize) -> f64 {
    let mut g = vec![vec![x; columns]; rows];
    for i in 1..rows {
        for j in 1..columns {
            g[i][j] = g[i - 1][j] * x + g[i][j - 1];
        }
    }
    g[rows - 1][columns - 1]
}

#[grad(jvp)]
pub fn filled_with_active(x: f64, n: usize) -> f64 {
    let mut v = vec![x * x; n];
    v[0] = 1.0;
    let mut product = 1.0;
    for i in 0..n {
        product *= v[i];
    }
    product
}

pub fn cases(c: &mut Checker) {
    check!(c, cumulative(&vec![0.5, -1.25, 2.0, 0.75]) -> f64);
    check!(c, grid(0.75, const 3, const 4) -> f64);
    check!(c, filled_with_active(0.75, const 3) -> f64);
}
