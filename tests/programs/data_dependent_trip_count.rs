// Loops whose trip count follows from the values; several in a row, and nested.

#[grad(jvp)]
pub fn bouncing_ball(height: f64, restitution: f64) -> f64 {
    let mut h = height;
    let mut time = 0.0;
    while h > 0.125 {
        time += (2.0 * h / 9.8125).sqrt();
        h *= restitution * restitution;
    }
    time + h
}

#[grad(jvp)]
pub fn adaptive_steps(rate: f64, end: f64) -> f64 {
    let mut t = 0.0;
    let mut y = 1.0;
    while t < end {
        let mut step = 0.5;
        while rate * y * step > 0.25 {
            step *= 0.5;
        }
        y += step * rate * y * (2.0 - y);
        t += step;
    }
    y
}

pub fn cases(c: &mut Checker) {
    check!(c, bouncing_ball(1.75, 0.75) -> f64);
    check!(c, bouncing_ball(0.0625, 0.75) -> f64);
    check!(c, adaptive_steps(0.875, 1.8125) -> f64);
}
