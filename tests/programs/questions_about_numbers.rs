// What is asked about floats without an operator: whether a range contains them, and macros that compare.

macro_rules! close {
    ($a:expr, $b:expr, within = $tolerance:expr) => {
        ($a - $b).abs() < $tolerance
    };
}

#[grad(jvp)]
pub fn pieces(x: f64) -> f64 {
    if (0.0..=1.0).contains(&x) {
        x * x
    } else if !(..2.0).contains(&x) {
        x.sin()
    } else {
        3.0 * x
    }
}

#[grad(jvp)]
pub fn doubled_while_inside(x: f64, low: f64, high: f64) -> f64 {
    assert!((-10.0..10.0).contains(&x), "far away");
    let mut y = x;
    while (low..high).contains(&y) {
        y = y * 1.5 + low;
    }
    y
}

#[grad(jvp)]
pub fn inside(x: &[f64], k: usize) -> f64 {
    let there = (1..x.len()).contains(&k);
    if there { x[k] * x[0] } else { x[0] }
}

#[grad(jvp)]
pub fn near(x: f64, y: f64) -> f64 {
    let tolerance = 0.5;
    if close!(x, y, within = tolerance) && x > 0.0 {
        x * y
    } else {
        x + y
    }
}

pub fn cases(c: &mut Checker) {
    for x in [0.5, 1.5, 2.5] {
        check!(c, pieces(x) -> f64);
    }
    check!(c, doubled_while_inside(0.75, 0.25, 4.0) -> f64);
    check!(c, inside(&[0.5, -1.25], const 1) -> f64);
    check!(c, inside(&[0.5, -1.25], const 2) -> f64);
    check!(c, near(0.75, 1.0) -> f64);
    check!(c, near(0.75, 2.0) -> f64);
}
