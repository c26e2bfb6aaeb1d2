// Another branch in each iteration, with saved intermediates in one arm only.

#[grad(jvp)]
pub fn relu_chain(x: f64, weights: &[f64]) -> f64 {
    let mut h = x;
    for i in 0..weights.len() {
        let z = h * weights[i] + x;
        h = if z > 0.0 { z } else { 0.125 * z };
    }
    h * h
}

#[grad(jvp)]
pub fn mixed_updates(x: &[f64]) -> f64 {
    let mut state = 1.0;
    let mut carry = 0.0;
    for i in 0..x.len() {
        match i % 3 {
            0 => state *= x[i].exp(),
            1 => {
                let root = (state * state + x[i] * x[i]).sqrt();
                carry += root / state;
                state = root;
            }
            _ => {
                if carry > 1.0 {
                    carry = carry.ln() * x[i];
                } else {
                    state -= carry * x[i];
                }
            }
        }
    }
    state + carry * carry
}

pub fn cases(c: &mut Checker) {
    check!(c, relu_chain(0.75, &vec![0.5, -2.25, 1.75, -1.0, 0.625]) -> f64);
    check!(c, mixed_updates(&vec![0.25, -0.5, 0.75, 0.375, 1.25, -0.625, 0.5, 1.5]) -> f64);
}
