// `for i in a..b`, with constant and with computed bounds.

#[grad(jvp)]
pub fn sum_of_squares(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i] * x[i];
    }
    sum
}

#[grad(jvp)]
pub fn total_variation(x: &[f64; 5], smoothing: f64) -> f64 {
    let mut sum = 0.0;
    for i in 1..5 {
        let step = x[i] - x[i - 1];
        sum += (step * step + smoothing * smoothing).sqrt();
    }
    sum
}

#[grad(jvp)]
pub fn logistic_map(x: f64, r: f64, first: i32, last: i32) -> f64 {
    let mut state = x;
    for step in first..last {
        state = r * state * (1.0 - state) + 0.015_625 * step as f64;
    }
    state
}

/// Ranges without an end, whose type only their use tells.
#[grad(jvp)]
pub fn endless(x: &[f64]) -> f64 {
    let (mut sum, mut i) = (0.0, 0);
    'rounds: loop {
        i += 1;
        for j in i.. {
            if j > 6 {
                continue 'rounds;
            }
            if j % 4 == 3 {
                break;
            }
            sum += x[j % x.len()] * (i * j) as f64;
            if sum > 4.0 {
                break 'rounds;
            }
        }
        if i >= 5 {
            break;
        }
        sum *= 0.5 + x[0];
    }
    for k in 3.. {
        if k > 9 {
            break;
        }
        sum += x[0] * k as f64;
    }
    sum
}

pub fn cases(c: &mut Checker) {
    check!(c, endless(&vec![0.5, -0.25, 0.125]) -> f64);
    check!(c, endless(&vec![0.5, 1.25]) -> f64);
    check!(c, sum_of_squares(&vec![0.5, -1.25, 2.0]) -> f64);
    check!(c, total_variation(&[0.5, 1.25, -0.75, 0.0, 2.5], 0.25) -> f64);
    check!(c, logistic_map(0.375, 2.5, const -2, const 4) -> f64);
}
