// `wrt` chooses parameters; the gradient has them in the order of the signature.

#[grad(jvp, wrt(x))]
pub fn only_one(x: f64, scale: f64, table: &[f64]) -> f64 {
    x * scale + x * x * table[0] + scale.sqrt()
}

#[grad(wrt(weights, bias), jvp)]
pub fn all_but_the_data(weights: &[f64], data: &[f64], target: f64, bias: f64) -> f64 {
    let mut sum = bias;
    for i in 0..data.len() {
        sum += weights[i] * data[i];
    }
    (sum - target) * (sum - target)
}

#[grad(jvp, wrt(b, a))]
pub fn listed_in_another_order(a: f64, b: [f64; 2], c: f64) -> f64 {
    a * b[0] + c * b[1]
}

#[grad(jvp, wrt(y))]
pub fn constant_buffer(x: &mut [f64], y: f64) -> f64 {
    x[0] *= 2.0;
    x[0] * y + y * y
}

pub fn cases(c: &mut Checker) {
    check!(c, only_one(0.75, const 1.5, const &[0.5, -1.25]) -> f64);
    let data = [0.75, 1.5];
    check!(c, all_but_the_data(&vec![0.5, -1.25], const &data, const 0.25, 0.5) -> f64);
    check!(c, listed_in_another_order(0.75, [0.5, -1.25], const 2.0) -> f64);
    check!(c, constant_buffer(const &mut [0.5, 1.0], 0.75) -> f64);
}
