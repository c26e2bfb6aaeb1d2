// Constants as patterns: a path in a pattern compares, a name binds. Variants of enums that hold nothing are such, too.

use std::cmp::Ordering;

const LINEAR: usize = 0;

mod kinds {
    pub const QUADRATIC: usize = 1;
    pub const LAST: i32 = -1;
}

#[grad(jvp)]
pub fn kernel(distance: f64, kind: usize) -> f64 {
    match kind {
        LINEAR => distance,
        kinds::QUADRATIC => distance * distance,
        usize::MAX => 0.5,
        other => (-distance * other as f64).exp(),
    }
}

#[grad(jvp)]
pub fn boundary(x: f64, side: i32) -> f64 {
    match (side, x > 0.0) {
        (kinds::LAST, true) => x.sqrt(),
        (i32::MIN..=kinds::LAST, _) => x * x,
        (side, _) => x / side as f64,
    }
}

/// Compared alone, so that it needs no tangents.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum State {
    Idle,
    Run,
    Stop,
}

#[grad(jvp)]
pub fn machine(x: &[f64], start: State) -> f64 {
    let mut state = start;
    let mut energy = 0.0;
    for &v in x {
        state = match state {
            State::Idle if v > 0.5 => State::Run,
            State::Run if v < 0.1 => State::Stop,
            state => state,
        };
        energy += match state {
            State::Idle => v,
            State::Run => v * v,
            State::Stop => 3.0 * v * energy,
        };
    }
    if state == State::Stop { 2.0 * energy } else { energy }
}

#[grad(jvp)]
pub fn branched(x: f64, y: f64, states: &[State]) -> f64 {
    let mut state = State::Idle;
    let mut z = x;
    for next in states {
        z *= match next {
            State::Idle => y,
            _ => x,
        };
        if state != *next {
            z += y;
            state = *next;
        }
    }
    let direction = if x > y { State::Run } else { State::Stop };
    match direction {
        State::Run => z,
        _ => z * z,
    }
}

#[grad(jvp)]
pub fn ordered(x: f64, y: f64, n: usize) -> f64 {
    use std::cmp::Ordering::*;
    let a = match x.total_cmp(&y) {
        Less => x * x,
        Greater => 3.0 * y,
        Equal => x,
    };
    let b = match x.partial_cmp(&y) {
        Some(Ordering::Less) => y.exp(),
        Some(_) => x * y,
        None => 0.0,
    };
    let c = match n.cmp(&2) {
        Ordering::Less => a * b,
        Ordering::Equal => a,
        Ordering::Greater => b,
    };
    match c.classify() {
        std::num::FpCategory::Normal => a * c,
        _ => b,
    }
}

pub fn cases(c: &mut Checker) {
    let x = vec![0.25, 0.75, 0.875, 0.0625, 0.375];
    check!(c, machine(&x, const State::Idle) -> f64);
    check!(c, machine(&x, const State::Stop) -> f64);
    for (x, y) in [(0.75, 1.25), (1.25, 0.75)] {
        check!(c, branched(x, y, const &[State::Run, State::Run, State::Idle]) -> f64);
        for n in [1, 2, 3] {
            check!(c, ordered(x, y, const n) -> f64);
        }
    }
    for kind in [0, 1, 2, usize::MAX] {
        check!(c, kernel(0.75, const kind) -> f64);
    }
    for side in [-2, -1, 3] {
        check!(c, boundary(0.75, const side) -> f64);
    }
}
