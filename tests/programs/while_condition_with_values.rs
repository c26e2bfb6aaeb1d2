// A condition of a `while` that chooses between a value of its own and one that the loop carries, and leaves that as it is.

#[grad(jvp)]
pub fn left_alone(y: f64, k: f64) -> f64 {
    let mut p = k;
    let mut c = 0;
    while c < 4 && y > (if y > 0.4 { 0.1 * y } else { p }) {
        c += 1;
        p *= 1.0;
    }
    p + y
}

#[grad(jvp)]
pub fn changed_at_times(y: f64, k: f64) -> f64 {
    let mut p = k;
    let mut c = 0;
    while c < 4 && y > (if y > p { 0.5 * p } else { p * y }) {
        c += 1;
        if c % 2 == 0 {
            p = p.sin() * y;
        }
    }
    p * p + y
}

pub fn cases(c: &mut Checker) {
    for y in [1.25, 0.25] {
        check!(c, left_alone(y, 2.0) -> f64);
        check!(c, changed_at_times(y, 0.75) -> f64);
    }
}
