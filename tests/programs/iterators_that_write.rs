// Elements written through `iter_mut` and `chunks_mut`, by `for` and by `for_each`.

#[grad(jvp)]
pub fn in_place(x: &mut [f64], k: f64) {
    x.iter_mut().for_each(|v| *v = v.sin() * k);
    for (i, v) in x.iter_mut().enumerate() {
        *v += k * i as f64;
    }
    for v in x.iter_mut().rev().skip(1) {
        *v *= *v;
    }
}

#[grad(jvp)]
pub fn axpy(a: f64, x: &[f64], y: &mut [f64]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y += a * x);
}

#[grad(jvp)]
pub fn matrix_vector(a: &[f64], x: &[f64]) -> f64 {
    let n = x.len();
    let mut y = vec![0.0; n];
    for (y, row) in y.iter_mut().zip(a.chunks_exact(n)) {
        *y = row.iter().zip(x).map(|(a, b)| a * b).sum();
    }
    y.iter().map(|v| v * v).sum()
}

#[grad(jvp)]
pub fn rows_normed(x: &mut [f64], n: usize) {
    for row in x.chunks_mut(n) {
        let norm = row.iter().map(|v| v * v).sum::<f64>().sqrt();
        row.iter_mut().for_each(|v| *v /= norm);
    }
    x.chunks_exact_mut(2).for_each(|pair| pair[0] *= pair[1]);
}

#[grad(jvp)]
pub fn all_forms(x: f64) -> f64 {
    let mut a = [x, x * x, 1.0];
    for v in &mut a {
        *v *= x;
    }
    let mut s = 0.0;
    for v in &a {
        s += v.exp();
    }
    for v in a {
        s -= v * v;
    }
    let mut b = vec![a[0], a[2]];
    for v in b.iter_mut() {
        *v += s;
    }
    for v in b {
        s *= v;
    }
    s
}

#[grad(jvp)]
pub fn some_of_them(x: &mut [f64]) {
    x.iter_mut().filter(|v| **v > 0.5).for_each(|v| *v = v.ln());
    x.iter_mut().step_by(2).for_each(|v| *v *= 3.0);
    for v in x.iter_mut().take_while(|v| **v > -1.0) {
        *v += 1.0;
    }
}

pub fn cases(c: &mut Checker) {
    let x = vec![0.5, 1.25, -0.75, 2.0];
    check!(c, in_place(&mut x.clone(), 0.75) -> ());
    check!(c, axpy(1.5, &x, &mut vec![0.5, -1.0, 0.25]) -> ());
    check!(c, matrix_vector(&vec![0.5, -1.0, 0.25, 2.0], &vec![1.5, 0.75]) -> f64);
    check!(c, rows_normed(&mut x.clone(), const 3) -> ());
    check!(c, all_forms(0.625) -> f64);
    check!(c, some_of_them(&mut vec![0.625, 1.25, -0.75, 2.0]) -> ());
}
