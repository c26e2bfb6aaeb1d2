// Every operator on floats, and every compound assignment.

#[grad(jvp)]
pub fn every_operator(a: f64, b: f64) -> f64 {
    let sum = a + b;
    let difference = sum - a * b;
    let quotient = difference / (1.5 + b);
    let rest = quotient % 0.75;
    -rest * -a
}

#[grad(jvp)]
pub fn every_assignment(a: f64, b: f64) -> f64 {
    let mut x = a;
    x += b * b;
    x *= a;
    x -= 0.5 * b;
    x /= 2.0 + b;
    x %= 1.25;
    x
}

#[grad(jvp)]
pub fn with_literals_on_either_side(x: f64) -> f64 {
    2.0 * x + x * 3.0 - (1.0 - x) / (x + 4.0) + 1.0 / x - -x
}

#[grad(jvp)]
pub fn the_same_operand_twice(x: f64) -> f64 {
    (x + x) * (x * x) / (x - -x) + (x - x)
}

pub fn cases(c: &mut Checker) {
    check!(c, every_operator(1.75, 0.5) -> f64);
    check!(c, every_operator(-2.5, 1.25) -> f64);
    check!(c, every_assignment(1.5, 0.75) -> f64);
    check!(c, every_assignment(-1.5, 0.25) -> f64);
    check!(c, with_literals_on_either_side(0.75) -> f64);
    check!(c, the_same_operand_twice(-1.5) -> f64);
}
