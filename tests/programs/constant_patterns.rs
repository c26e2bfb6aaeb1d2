// Constants as patterns: a path in a pattern compares, a name binds.

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

pub fn cases(c: &mut Checker) {
    for kind in [0, 1, 2, usize::MAX] {
        check!(c, kernel(0.75, const kind) -> f64);
    }
    for side in [-2, -1, 3] {
        check!(c, boundary(0.75, const side) -> f64);
    }
}
