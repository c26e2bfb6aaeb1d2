// A view keeps its place when the variables it was made from change.

#[grad(jvp)]
pub fn window_moves(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    let mut start = 0;
    let mut sum = 0.0;
    while start + 2 <= y.len() {
        let pair = &mut y[start..start + 2];
        start += 1;
        pair[0] *= pair[1];
        pair[1] += pair[0] * start as f64;
        start += pair.len() / 2;
        sum += pair[0] * pair[1];
    }
    sum + y[0]
}

#[grad(jvp)]
pub fn reference_to_an_element(x: &[f64; 3], n: usize) -> f64 {
    let mut y = *x;
    let mut i = n;
    let element = &mut y[i];
    i = (i + 1) % 3;
    *element *= x[i];
    *element += *element * x[0];
    let other = &mut y[i];
    i = (i + 1) % 3;
    *other = *other * *other + x[i];
    y[0] * y[1] + y[2] * y[i]
}

#[grad(jvp)]
pub fn reference_to_a_scalar(x: f64, y: f64) -> f64 {
    let (mut a, mut b) = (x, y);
    let r = &mut a;
    *r *= y;
    let s = &mut *r;
    *s = *s + x;
    let t = &mut b;
    *t *= a;
    let shared = &b;
    a * *shared + *shared
}

pub fn cases(c: &mut Checker) {
    check!(c, window_moves(&vec![0.5, -1.25, 0.75, 2.0, 1.5]) -> f64);
    for n in 0..3 {
        check!(c, reference_to_an_element(&[0.5, -1.25, 0.75], const n) -> f64);
    }
    check!(c, reference_to_a_scalar(0.75, -1.25) -> f64);
}
