// `continue` in `for`, `while` and `loop`, with work done before it.

#[grad(jvp)]
pub fn sum_of_positive_logs(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    let mut skipped = 1.0;
    for i in 0..x.len() {
        if x[i] <= 0.0 {
            skipped *= x[i];
            continue;
        }
        let y = x[i].ln();
        if y > 1.0 {
            continue;
        }
        sum += y * skipped;
    }
    sum
}

#[grad(jvp)]
pub fn in_while_and_loop(x: f64, n: usize) -> f64 {
    let mut y = x;
    let mut i = 0;
    while i < n {
        i += 1;
        if i % 3 == 0 {
            y += x;
            continue;
        }
        y *= 0.75 * y;
    }
    loop {
        i += 1;
        if i % 2 == 0 {
            continue;
        }
        y = y.sin() + x;
        if i > n + 4 {
            break;
        }
    }
    y
}

pub fn cases(c: &mut Checker) {
    check!(c, sum_of_positive_logs(&vec![0.5, -1.25, 0.75, 3.5, -2.0, 1.5]) -> f64);
    check!(c, in_while_and_loop(1.25, const 5) -> f64);
}
