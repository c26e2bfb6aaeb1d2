// `&mut f64`: read, written, and read again through the reference.

#[grad(jvp)]
pub fn leapfrog(position: &mut f64, velocity: &mut f64, stiffness: f64, steps: usize) {
    let h = 0.25;
    for _ in 0..steps {
        *velocity -= 0.5 * h * stiffness * *position;
        *position += h * *velocity;
        *velocity -= 0.5 * h * stiffness * position.sin();
    }
}

#[grad(jvp)]
pub fn advance(state: &mut f64, input: f64) -> f64 {
    let before = *state;
    *state = 0.75 * before + input * input;
    before * *state
}

#[grad(jvp)]
pub fn filter(x: &[f64], start: f64) -> f64 {
    let mut state = start;
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += advance(&mut state, x[i]);
    }
    sum * state
}

pub fn cases(c: &mut Checker) {
    check!(c, leapfrog(&mut 0.5, &mut -0.75, 1.25, const 3) -> ());
    check!(c, advance(&mut 0.5, 0.75) -> f64);
    check!(c, filter(&vec![0.5, -1.25, 2.0], 0.75) -> f64);
}
