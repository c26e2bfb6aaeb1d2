// Divide and conquer: halves of a slice, shared and mutable.

#[grad(jvp)]
pub fn pairwise_product(x: &[f64]) -> f64 {
    if x.len() == 1 {
        return x[0];
    }
    let (left, right) = x.split_at(x.len() / 2);
    pairwise_product(left) * pairwise_product(right) + 0.5 * left[0]
}

#[grad(jvp)]
pub fn haar(x: &mut [f64]) {
    let n = x.len();
    if n < 2 {
        return;
    }
    let half = n / 2;
    for i in 0..half {
        let (a, b) = (x[i], x[half + i]);
        x[i] = 0.5 * (a + b);
        x[half + i] = a * b;
    }
    haar(&mut x[..half]);
}

#[grad(jvp)]
pub fn smooth_part(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    haar(&mut y);
    y[0] * y[1] + y[x.len() - 1]
}

pub fn cases(c: &mut Checker) {
    check!(c, pairwise_product(&vec![0.5, -1.25, 2.0, 0.75, 1.5]) -> f64);
    check!(c, haar(&mut vec![0.5, -1.25, 2.0, 0.75]) -> ());
    check!(c, smooth_part(&vec![0.5, -1.25, 2.0, 0.75, 1.5, -0.25, 1.0, 0.375]) -> f64);
}
