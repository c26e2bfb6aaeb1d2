// Whole arrays assigned in loops and branches: what a name holds changes at once.

#[grad(jvp)]
pub fn two_step_recurrence(a: [f64; 2], b: [f64; 2], n: usize) -> f64 {
    let mut previous = a;
    let mut current = b;
    for _ in 0..n {
        let next = [current[0] * previous[1] + 0.5, current[1] - previous[0] * current[0]];
        previous = current;
        current = next;
    }
    current[0] * previous[1]
}

#[grad(jvp)]
pub fn chosen_array(x: [f64; 2], y: [f64; 2]) -> f64 {
    let mut z = if x[0] > y[0] { x } else { [y[1], y[0] * x[1]] };
    if z[1] < 0.0 {
        z = [z[1], z[0]];
    }
    z[0] * z[0] * z[1]
}

pub fn cases(c: &mut Checker) {
    check!(c, two_step_recurrence([0.5, -1.25], [0.75, 2.0], const 4) -> f64);
    check!(c, chosen_array([0.5, -1.25], [0.25, 2.0]) -> f64);
    check!(c, chosen_array([0.5, -1.25], [0.75, 2.0]) -> f64);
}
