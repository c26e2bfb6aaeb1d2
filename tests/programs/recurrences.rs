// Loops that carry one scalar, or few, to a function of it: their slopes are carried along, and nothing is saved.

#[grad(jvp)]
pub fn logistic(start: f64, rate: f64, steps: usize) -> f64 {
    let mut x = start;
    for _ in 0..steps {
        x = rate * x * (1.0 - x);
    }
    x
}

/// A state of two, and a sum beside it.
#[grad(jvp)]
pub fn oscillator(x: f64, stiffness: f64, steps: usize) -> f64 {
    let (mut at, mut speed) = (x, 0.0);
    for _ in 0..steps {
        speed -= 0.125 * stiffness * at;
        at += 0.125 * speed;
    }
    at * speed
}

/// The same number from outside as the start, and a number that changes from iteration to iteration.
#[grad(jvp)]
pub fn horner(coefficients: &[f64], x: f64) -> f64 {
    let mut y = x;
    for i in 0..coefficients.len() {
        let step = i as f64 * 0.25;
        y = y * x + step * y.sin();
    }
    y * coefficients[0]
}

/// A recurrence for each element, in a loop that only adds up.
#[grad(jvp)]
pub fn cube_roots(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        let mut y = x[i];
        let mut step: f64 = 1.0;
        while step.abs() > 1e-3 {
            step = (y * y * y - x[i]) / (3.0 * y * y);
            y -= step;
        }
        sum += y * y;
    }
    sum
}

/// One recurrence in the other; the inner one stops early.
#[grad(jvp)]
pub fn nested(x: f64, a: f64, outer: usize) -> f64 {
    let mut z = x;
    for k in 0..outer {
        let mut y = z;
        for i in 0..4 {
            y = 0.5 * (y + a / y);
            if i + k > 4 {
                break;
            }
        }
        z = y * a.cos() + z * 0.5;
    }
    z
}

/// Both change places: no slope is nought for long.
#[grad(jvp)]
pub fn fibonacci(a: f64, b: f64, steps: usize) -> f64 {
    let (mut x, mut y) = (a, b);
    for _ in 0..steps {
        (x, y) = (y, x * y);
    }
    x + y
}

pub fn cases(c: &mut Checker) {
    check!(c, logistic(0.25, 2.75, const 0) -> f64);
    check!(c, logistic(0.25, 2.75, const 9) -> f64);
    check!(c, oscillator(0.75, 1.5, const 7) -> f64);
    check!(c, horner(&vec![0.5, 0.25, 1.0], 0.875) -> f64);
    check!(c, cube_roots(&vec![0.5, 2.0, 1.25]) -> f64);
    check!(c, nested(1.5, 0.75, const 3) -> f64);
    check!(c, fibonacci(0.75, 1.25, const 4) -> f64);
}
