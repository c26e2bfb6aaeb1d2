// `break 'outer` from an inner loop, and a labelled `loop` left with a value from within.

#[grad(jvp)]
pub fn first_large_pair(x: &[f64], limit: f64) -> f64 {
    let mut best = 0.0;
    'outer: for i in 0..x.len() {
        for j in 0..i {
            let product = x[i] * x[j];
            best += product * product;
            if product > limit {
                best *= x[i];
                break 'outer;
            }
            if product < -limit {
                break;
            }
            best += x[j];
        }
        best += x[i] * x[i];
    }
    best
}

#[grad(jvp)]
pub fn value_from_within(x: f64, factor: f64) -> f64 {
    let mut y = x;
    let found = 'search: loop {
        for k in 0..4 {
            y = y * factor + k as f64 * 0.25;
            if y > 3.0 {
                break 'search y * x;
            }
        }
        y *= 1.5;
    };
    found + y
}

pub fn cases(c: &mut Checker) {
    let x = vec![0.5, -1.25, 0.75, 1.5, 2.0];
    for limit in [0.656_25, 1.0625, 10.0] {
        check!(c, first_large_pair(&x, limit) -> f64);
    }
    check!(c, value_from_within(0.5, 1.125) -> f64);
    check!(c, value_from_within(0.5, 2.25) -> f64);
}
