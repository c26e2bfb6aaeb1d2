// Several arguments that are parts of the same storage: halves, rows, elements, and the rest.

#[grad(jvp)]
pub fn mix(a: &mut [f64], b: &mut [f64]) {
    for i in 0..a.len() {
        b[i] += a[i] * a[i];
        a[i] *= b[i];
    }
}

#[grad(jvp)]
pub fn add_products(x: &[f64], out: &mut [f64], scale: f64) {
    for i in 0..out.len() {
        out[i] += scale * x[i] * x[i];
    }
}

#[grad(jvp)]
pub fn halves(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    let (left, right) = y.split_at_mut(2);
    mix(left, right);
    mix(right, left);
    y[0] * y[3] + y[1] * y[2]
}

#[grad(jvp)]
pub fn one_read_one_written(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    for k in 0..2 {
        let (left, right) = y.split_at_mut(2);
        add_products(left, right, 0.5);
        add_products(&right[k..], &mut left[..1], right[0]);
    }
    y[0] * y[3] + y[2]
}

#[grad(jvp)]
pub fn rows(m: &[[f64; 2]; 3]) -> f64 {
    let mut m = *m;
    for i in 0..2 {
        let (above, below) = m.split_at_mut(i + 1);
        mix(&mut above[i], &mut below[0]);
        add_products(&above[0], &mut below[0], above[0][1]);
    }
    m[0][0] * m[2][1] + m[1][0]
}

#[grad(jvp)]
pub fn merge_like(x: &mut [f64]) -> f64 {
    if x.len() < 2 {
        return x[0];
    }
    let half = x.len() / 2;
    let (left, right) = x.split_at_mut(half);
    let a = merge_like(left);
    let b = merge_like(right);
    mix(left, &mut right[..half]);
    x[0] += a * b;
    a + b
}

#[grad(jvp)]
pub fn shared_and_moved(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    let n = y.len();
    for i in 1..n {
        let (done, rest) = y.split_at_mut(i);
        add_products(&done[i - 1..], &mut rest[..1], x[i]);
    }
    y[n - 1]
}

pub fn cases(c: &mut Checker) {
    let x = vec![0.5, -1.25, 0.75, 0.875];
    check!(c, mix(&mut vec![0.5, -1.25], &mut vec![0.75, 2.0]) -> ());
    check!(c, halves(&x) -> f64);
    check!(c, one_read_one_written(&x) -> f64);
    check!(c, rows(&[[0.5, -1.25], [0.75, 0.875], [1.5, -0.25]]) -> f64);
    check!(c, merge_like(&mut x.clone()) -> f64);
    check!(c, shared_and_moved(&x) -> f64);
}
