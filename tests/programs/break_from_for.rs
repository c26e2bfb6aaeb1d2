// `break` out of `for`, in the middle of an iteration's work.

#[grad(jvp)]
pub fn until_threshold(x: &[f64], limit: f64) -> f64 {
    let mut sum = 0.0;
    let mut last = 0.0;
    for i in 0..x.len() {
        last = x[i] * x[i];
        if sum + last > limit {
            break;
        }
        sum += last * x[i];
        last = sum;
    }
    sum * last
}

#[grad(jvp)]
pub fn break_in_both_arms(x: &[f64]) -> f64 {
    let mut y = 1.0;
    for i in 0..x.len() {
        y *= x[i];
        if y < 0.0 {
            y += x[i];
            if i > 1 {
                break;
            }
        } else {
            if y > 2.0 {
                y = y.sqrt();
                break;
            }
            y += 0.5;
        }
        y = y * y;
    }
    y
}

pub fn cases(c: &mut Checker) {
    let x = vec![0.5, 1.25, -0.75, 1.5, 2.0];
    for limit in [0.125, 2.25, 100.0] {
        check!(c, until_threshold(&x, limit) -> f64);
    }
    check!(c, break_in_both_arms(&vec![0.5, 1.25, 0.75, 1.5, 2.0]) -> f64);
    check!(c, break_in_both_arms(&vec![0.5, 0.75, -0.75, 1.5, 2.0]) -> f64);
    check!(c, break_in_both_arms(&vec![0.5, 0.25]) -> f64);
}
