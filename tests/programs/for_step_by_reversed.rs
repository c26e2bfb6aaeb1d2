// `.rev().step_by(k)` and `.step_by(k).rev()` visit different indices.

#[grad(jvp)]
pub fn from_the_end(x: &[f64], k: usize) -> f64 {
    let mut y = 0.5;
    for i in (0..x.len()).rev().step_by(k) {
        y = y * x[i] + x[i] * x[i];
    }
    y
}

#[grad(jvp)]
pub fn from_the_last_step(x: &[f64], k: usize) -> f64 {
    let mut y = 0.5;
    for i in (0..x.len()).step_by(k).rev() {
        y = y * x[i] + x[i].sin();
    }
    y
}

#[grad(jvp)]
pub fn closed_both_ways(x: &[f64; 6]) -> f64 {
    let mut y = 1.0;
    for i in (1..=5).rev().step_by(3) {
        y = y / (1.5 + x[i]);
    }
    for i in (1..=5u8).step_by(3).rev() {
        y = y * x[i as usize] + x[i as usize - 1];
    }
    y
}

pub fn cases(c: &mut Checker) {
    let x = vec![0.5, -0.75, 1.25, 2.0, -0.5, 0.25];
    for k in [1, 2, 3, 7] {
        check!(c, from_the_end(&x, const k) -> f64);
        check!(c, from_the_last_step(&x, const k) -> f64);
    }
    check!(c, closed_both_ways(&[0.5, -0.75, 1.25, 2.0, -0.5, 0.25]) -> f64);
}
