// Items that are written to where they are found, chosen, or named by hand, and beside others.

#[grad(jvp)]
pub fn found(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    if let Some(m) = a.iter_mut().find(|p| **p < 0.0) {
        *m *= *m;
    }
    if let Some(m) = a.iter_mut().max_by(|p, q| p.total_cmp(q)) {
        *m *= 3.0;
    }
    if let Some((i, m)) = a.iter_mut().enumerate().find(|(_, p)| **p > 100.0) {
        *m *= i as f64;
    }
    if let Some(m) = a.iter_mut().last() {
        *m = m.sin();
    }
    if let Some(m) = a.iter_mut().nth(1) {
        *m += 2.0;
    }
    if let Some(m) = a.iter_mut().next() {
        *m *= 5.0;
    }
    a.iter().product()
}

#[grad(jvp)]
pub fn row_found(rows: &[[f64; 2]], limit: f64) -> f64 {
    match rows.iter().find(|row| row[0] > limit) {
        Some(row) => row[1] * row[1] - limit,
        None => limit,
    }
}

#[grad(jvp)]
pub fn lent(x: f64, y: f64) -> f64 {
    let (mut a, mut b, mut c) = (x, y, x * y);
    for r in [&mut a, &mut b] {
        *r *= 3.0;
    }
    for (r, k) in [(&mut b, 2.0), (&mut c, x)] {
        *r *= k + y;
    }
    let mut rest = [x, y];
    for r in std::iter::once(&mut c).chain(rest.iter_mut()) {
        *r = r.exp();
    }
    a * b + c - rest[0] * rest[1]
}

#[grad(jvp)]
pub fn tables<const N: usize>(a: &[[f64; N]; N], n: u32) -> f64 {
    let mut term = *a;
    let mut sum = [[0.0; N]; N];
    for k in 1..=n {
        for (t, s) in term.iter_mut().flatten().zip(sum.iter_mut().flatten()) {
            *t /= k as f64;
            *s += *t * *t;
        }
        for (t, s) in term.iter_mut().flatten().zip(sum.iter_mut().flatten().rev()) {
            *s += t.sin();
        }
    }
    sum[0][N - 1] * sum[N - 1][0]
}

#[grad(jvp)]
pub fn beside(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let mut b = x.to_vec();
    for (r, y) in a.iter_mut().chain(b.iter_mut()).zip(x.iter().filter(|v| **v > 0.0)) {
        *r *= *y;
    }
    for (y, r) in x.iter().filter(|v| **v > 0.0).zip(b.iter_mut().filter(|v| **v < 2.0)) {
        *r += y * y;
    }
    for (y, r) in x.iter().filter(|v| **v > 0.0).zip(a.iter_mut().chain(b.iter_mut())) {
        *r *= *y;
    }
    a.iter().sum::<f64>() * b.iter().sum::<f64>()
}

pub fn cases(c: &mut Checker) {
    let x = vec![1.5, -2.0, 0.75, 3.0];
    check!(c, found(&x) -> f64);
    check!(c, found(&vec![1.5, 0.5]) -> f64);
    check!(c, row_found(&vec![[0.5, 2.0], [1.5, 3.0]], 1.0) -> f64);
    check!(c, row_found(&vec![[0.5, 2.0]], 1.0) -> f64);
    check!(c, lent(0.5, -0.75) -> f64);
    check!(c, tables(&[[0.5, -1.0], [2.0, 0.25]], const 3) -> f64);
    check!(c, beside(&x) -> f64);
}
