// `std::mem::swap`, `replace` and `take`: buffers that change places, without a copy.

use std::mem;

#[grad(jvp)]
pub fn ping_pong(x: &[f64], steps: usize) -> f64 {
    let n = x.len();
    let mut current = x.to_vec();
    let mut next = vec![0.0; n];
    for _ in 0..steps {
        for i in 0..n {
            next[i] = current[i] * current[(i + 1) % n] + 0.25;
        }
        mem::swap(&mut current, &mut next);
    }
    current[0] * next[0]
}

#[grad(jvp)]
pub fn scalars(x: f64, y: f64) -> f64 {
    let (mut a, mut b) = (x * y, x + y);
    if a > b {
        std::mem::swap(&mut a, &mut b);
    }
    let old = mem::replace(&mut a, b * b);
    let taken = mem::take(&mut b);
    a * old + taken + b
}

pub fn cases(c: &mut Checker) {
    check!(c, ping_pong(&vec![0.5, -1.25, 0.75], const 3) -> f64);
    check!(c, ping_pong(&vec![0.5, -1.25, 0.75], const 2) -> f64);
    check!(c, scalars(0.5, 1.25) -> f64);
    check!(c, scalars(2.5, 3.25) -> f64);
}
