// Loops of every kind that run not once: the values before them come through.

#[grad(jvp)]
pub fn nothing_runs(x: f64, n: usize) -> f64 {
    let mut y = x * x;
    for i in 0..n {
        y *= x + i as f64;
    }
    for i in n..n {
        y += i as f64 * x;
    }
    for i in (1..=n).rev() {
        y -= x / i as f64;
    }
    for i in (n..5 * n).step_by(2) {
        y += y * i as f64;
    }
    let mut i = 0;
    while i < n {
        y *= y;
        i += 1;
    }
    loop {
        if i >= n {
            break;
        }
        y = 0.0;
    }
    y * x
}

#[grad(jvp)]
pub fn backwards_bounds(x: f64, low: i32, high: i32) -> f64 {
    let mut y = x.sin();
    for i in low..high {
        y *= i as f64;
    }
    y
}

#[grad(jvp)]
pub fn empty_slice(x: &[f64], y: f64) -> f64 {
    let mut sum = y * y;
    for i in 0..x.len() {
        sum += x[i] * y;
    }
    sum
}

pub fn cases(c: &mut Checker) {
    check!(c, nothing_runs(0.75, const 0) -> f64);
    check!(c, nothing_runs(0.75, const 2) -> f64);
    check!(c, backwards_bounds(0.75, const 3, const -2) -> f64);
    check!(c, empty_slice(&vec![0.0; 0], 1.5) -> f64);
}
