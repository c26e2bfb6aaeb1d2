// `try_fold`, `collect` into an `Option`, `zip` of two that drop items, `peek`.

#[grad(jvp)]
pub fn getrange(x: &[f64]) -> f64 {
    match x.get(1..4) {
        Some(part) => part.iter().product(),
        None => 0.0,
    }
}

#[grad(jvp)]
pub fn zip_filtered(x: &[f64]) -> f64 {
    let pos = x.iter().filter(|v| **v > 0.0);
    let neg = x.iter().filter(|v| **v < 0.0);
    pos.zip(neg).map(|(p, n)| p * n).sum()
}

#[grad(jvp)]
pub fn peek_(x: &[f64]) -> f64 {
    let mut it = x.iter().peekable();
    let mut s = 0.0;
    while let Some(a) = it.next() {
        if let Some(&b) = it.peek() {
            s += a * b;
        } else {
            s += a;
        }
    }
    s
}

#[grad(jvp)]
pub fn try_fold_(x: &[f64]) -> f64 {
    x.iter().try_fold(1.0, |acc: f64, &v| if v < -1.0 { None } else { Some(acc * v) }).unwrap_or(x[0] * 3.0)
}

#[grad(jvp)]
pub fn tryinto(x: &[f64]) -> f64 {
    let a: [f64; 3] = x[..3].try_into().unwrap();
    let b: [f64; 3] = x.iter().skip(3).copied().collect::<Vec<f64>>().try_into().unwrap();
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub fn cases(c: &mut Checker) {
    let x = [0.7, -1.3, 2.1, 0.4, 1.9, -0.6];
    check!(c, getrange(&x) -> f64);
    check!(c, zip_filtered(&x) -> f64);
    check!(c, peek_(&x) -> f64);
    check!(c, try_fold_(&x) -> f64);
    check!(c, tryinto(&x) -> f64);
}
