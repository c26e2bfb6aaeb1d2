// `split_at` of a shared slice.

#[grad(jvp)]
pub fn two_layer_network(parameters: &[f64], x: &[f64; 2]) -> f64 {
    let (weights, rest) = parameters.split_at(4);
    let (bias, output) = rest.split_at(2);
    let mut sum = 0.0;
    for i in 0..2 {
        let z = weights[2 * i] * x[0] + weights[2 * i + 1] * x[1] + bias[i];
        sum += output[i] * z.tanh();
    }
    sum
}

#[grad(jvp)]
pub fn haar_step(x: &[f64]) -> f64 {
    let (low, high) = x.split_at(x.len() / 2);
    let mut energy = 0.0;
    for i in 0..low.len() {
        let detail = low[i] - high[i];
        energy += detail * detail * low[i];
    }
    energy
}

pub fn cases(c: &mut Checker) {
    let parameters = vec![0.5, -1.25, 2.0, 0.75, 1.5, -0.25, 0.375, 1.0];
    check!(c, two_layer_network(&parameters, &[0.75, -0.5]) -> f64);
    check!(c, haar_step(&vec![0.5, -1.25, 2.0, 0.75, 1.5]) -> f64);
}
