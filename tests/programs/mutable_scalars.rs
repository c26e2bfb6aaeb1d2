// Scalars assigned again and again: each value is needed by what comes after it.

#[grad(jvp)]
pub fn arithmetic_geometric_mean(a: f64, b: f64) -> f64 {
    let mut arithmetic = a;
    let mut geometric = b;
    let mut next = 0.5 * (arithmetic + geometric);
    geometric = (arithmetic * geometric).sqrt();
    arithmetic = next;
    next = 0.5 * (arithmetic + geometric);
    geometric = (arithmetic * geometric).sqrt();
    arithmetic = next;
    next = 0.5 * (arithmetic + geometric);
    geometric = (arithmetic * geometric).sqrt();
    0.5 * (next + geometric)
}

#[grad(jvp)]
pub fn mutable_parameter(mut x: f64, mut y: f64) -> f64 {
    x = x * y;
    y = x - y;
    x = x / y;
    y *= x;
    x + y
}

#[grad(jvp)]
pub fn overwritten_unread(x: f64) -> f64 {
    let mut y = x.exp();
    y += 1.0;
    y = x * x;
    y
}

pub fn cases(c: &mut Checker) {
    check!(c, arithmetic_geometric_mean(1.0, 0.25) -> f64);
    check!(c, mutable_parameter(1.5, -0.75) -> f64);
    check!(c, overwritten_unread(0.75) -> f64);
}
