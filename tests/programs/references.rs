// References made, dereferenced and matched: to elements, to slices, to scalars.

#[grad(jvp)]
pub fn made_and_dereferenced(x: &[f64; 3], y: &[f64]) -> f64 {
    let v = &x[1];
    let w = *v * (*x)[0];
    let &u = &y[0];
    let all = &y[..][..];
    let part: &[f64] = &x[..2];
    w + u * *v + all[1] * part[1] + (&x[2]).sin()
}

#[grad(jvp)]
pub fn references_to_references(x: f64, y: f64) -> f64 {
    let a = &x;
    let b = &a;
    let product = **b * *a;
    product + y
}

#[grad(jvp)]
pub fn ref_patterns(x: f64, y: f64) -> f64 {
    let t = (x, y);
    let (ref a, ref b) = t;
    let mut p = [x, y];
    let q = &mut p[0];
    *q *= 2.0;
    *a * *b + p[0]
}

pub fn cases(c: &mut Checker) {
    check!(c, made_and_dereferenced(&[0.5, -1.25, 0.75], &vec![0.5, 2.0]) -> f64);
    check!(c, references_to_references(0.5, 0.75) -> f64);
    check!(c, ref_patterns(0.5, 0.75) -> f64);
}
