// Written in `f32` from the start.

#[grad(jvp)]
pub fn softplus(x: f32) -> f32 {
    if x > 20.0 { x } else { x.exp().ln_1p() }
}

#[grad(jvp)]
pub fn dense_layer(weights: &[f32], bias: &[f32], x: &[f32; 2]) -> f32 {
    let mut sum = 0.0_f32;
    for i in 0..bias.len() {
        let z = weights[2 * i] * x[0] + weights[2 * i + 1] * x[1] + bias[i];
        sum += z.tanh();
    }
    sum
}

pub fn cases(c: &mut Checker) {
    check!(c, softplus(0.75) -> f32);
    check!(c, dense_layer(&vec![0.5, -1.25, 0.75, 1.5], &vec![0.25, -0.5], &[0.75, -1.0]) -> f32);
}
