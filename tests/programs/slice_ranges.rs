// `&x[a..b]` and its kin: parts of slices and arrays, by shared reference.

#[grad(jvp)]
pub fn autocorrelation(x: &[f64], lag: usize) -> f64 {
    let early = &x[..x.len() - lag];
    let late = &x[lag..];
    let mut sum = 0.0;
    for i in 0..early.len() {
        sum += early[i] * late[i];
    }
    sum
}

#[grad(jvp)]
pub fn row_norms(m: &[f64], columns: usize) -> f64 {
    let mut product = 1.0;
    for r in 0..m.len() / columns {
        let row = &m[r * columns..(r + 1) * columns];
        let mut square = 0.0;
        for j in 0..row.len() {
            square += row[j] * row[j];
        }
        product *= square;
    }
    product
}

#[grad(jvp)]
pub fn every_kind_of_range(x: &[f64; 6]) -> f64 {
    let all = &x[..];
    let head = &all[..=2];
    let middle = &all[1..=4];
    let tail = &middle[2..];
    let inner = &(&x[1..])[..3];
    head[2] * middle[0] + tail[1] * inner[2] + tail.len() as f64 * all[5]
}

pub fn cases(c: &mut Checker) {
    let x = vec![0.5, -1.25, 2.0, 0.75, 1.5, -0.25];
    for lag in 0..3 {
        check!(c, autocorrelation(&x, const lag) -> f64);
    }
    check!(c, row_norms(&x, const 2) -> f64);
    check!(c, row_norms(&x, const 3) -> f64);
    check!(c, every_kind_of_range(&[0.5, -1.25, 2.0, 0.75, 1.5, -0.25]) -> f64);
}
