// `.step_by(k)`: of open and closed ranges, with a step that does not divide the length.

#[grad(jvp)]
pub fn simpson(y: &[f64], h: f64) -> f64 {
    let last = y.len() - 1;
    let mut sum = y[0] + y[last];
    for i in (1..last).step_by(2) {
        sum += 4.0 * y[i];
    }
    for i in (2..last).step_by(2) {
        sum += 2.0 * y[i] * y[i];
    }
    sum * h / 3.0
}

#[grad(jvp)]
pub fn strided_product(x: &[f64], stride: usize) -> f64 {
    let mut product = 1.0;
    for i in (0..=x.len() - 1).step_by(stride) {
        product *= x[i] + 0.25 * product;
    }
    product
}

pub fn cases(c: &mut Checker) {
    check!(c, simpson(&vec![0.5, 1.0, -0.75, 2.0, 1.25, 0.25, -1.5], 0.25) -> f64);
    let x = vec![0.5, -1.0, 0.75, 1.5, -0.25, 1.25, 2.0];
    for stride in 1..5 {
        check!(c, strided_product(&x, const stride) -> f64);
    }
}
