// `if` for its effect: with and without `else`, overwriting what is needed later.

#[grad(jvp)]
pub fn reflect(x: f64, v: f64) -> f64 {
    let mut position = x + v;
    let mut velocity = v;
    if position > 1.0 {
        position = 2.0 - position;
        velocity = -0.75 * velocity;
    }
    if position < 0.0 {
        position = -position;
        velocity *= -0.5;
    } else {
        velocity -= 0.125 * position;
    }
    position * position + velocity * velocity
}

#[grad(jvp)]
pub fn only_one_arm_assigns(x: f64, y: f64) -> f64 {
    let mut z = x * y;
    if x > y {
        let w = z * z;
        z = w.sin() + x;
    } else if x > 0.0 {
    } else {
        z = z / (1.0 + x * x);
    }
    z * z
}

pub fn cases(c: &mut Checker) {
    for (x, v) in [(0.25, 0.5), (0.75, 0.5), (0.25, -0.5)] {
        check!(c, reflect(x, v) -> f64);
    }
    for (x, y) in [(1.5, 0.75), (0.5, 0.75), (-0.5, 0.75)] {
        check!(c, only_one_arm_assigns(x, y) -> f64);
    }
}
