// Rows copied out, changed, and copied back while the index of the row changes.

#[grad(jvp)]
pub fn shuffled_rows(x: f64, n: usize) -> f64 {
    let mut a = [[x; 3]; 2];
    let mut i = n;
    let mut rows = a;
    for k in 0..3 {
        let old = a[i];
        a[i][k] = old[(k + 1) % 3] * x + old[k];
        i = 1 - i;
        rows[i] = a[1 - i];
        a[i] = rows[0];
    }
    a[0][0] * a[1][2] + rows[0][1] * rows[1][2]
}

pub fn cases(c: &mut Checker) {
    check!(c, shuffled_rows(0.75, const 1) -> f64);
    check!(c, shuffled_rows(0.75, const 0) -> f64);
}
