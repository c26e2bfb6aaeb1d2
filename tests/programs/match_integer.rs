// `match` on an integer that chooses the formula.

#[grad(jvp)]
pub fn activation(x: f64, kind: u8) -> f64 {
    match kind {
        0 => x,
        1 => x.tanh(),
        2 => 1.0 / (1.0 + (-x).exp()),
        3 => {
            let positive = x.max(0.0);
            positive * positive
        }
        _ => x * x.exp().ln_1p().tanh(),
    }
}

#[grad(jvp)]
pub fn hermite(x: f64, order: i32) -> f64 {
    let mut scale = 1.0;
    let value = match order {
        0 => 1.0,
        1 | -1 => {
            scale = x;
            2.0 * x
        }
        2 | -2 => 4.0 * x * x - 2.0,
        other => {
            scale = other as f64;
            8.0 * x * x * x - 12.0 * x
        }
    };
    value * scale
}

pub fn cases(c: &mut Checker) {
    for kind in 0..5u8 {
        check!(c, activation(0.75, const kind) -> f64);
    }
    for order in [-1, 0, 2, 3] {
        check!(c, hermite(0.75, const order) -> f64);
    }
}
