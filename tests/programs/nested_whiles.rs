// `while` in `while`, the inner with an index that goes on where it stopped.

#[grad(jvp)]
pub fn runs(x: &[f64]) -> f64 {
    let mut i = 0;
    let mut total = 1.0;
    while i < x.len() {
        let first = x[i];
        let mut run = first;
        while i + 1 < x.len() && x[i + 1] > x[i] {
            i += 1;
            run = run * x[i] + first;
        }
        total *= 1.0 + run * run;
        i += 1;
    }
    total
}

#[grad(jvp)]
pub fn halving_in_doubling(x: f64) -> f64 {
    let mut scale = x;
    let mut sum = 0.0;
    let mut size = 1;
    while size < 20 {
        let mut rest = size;
        while rest > 1 {
            sum += scale * rest as f64;
            scale = scale.sin() + 0.125;
            rest /= 2;
        }
        size *= 2;
    }
    sum
}

pub fn cases(c: &mut Checker) {
    check!(c, runs(&vec![0.5, 0.75, -0.25, 0.25, 1.25, 1.0]) -> f64);
    check!(c, halving_in_doubling(0.75) -> f64);
}
