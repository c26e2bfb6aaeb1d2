// `(a, b) = (b, a + b)`: all of the right side is evaluated before anything is assigned.

#[grad(jvp)]
pub fn fibonacci_like(a: f64, b: f64, n: usize) -> f64 {
    let (mut a, mut b) = (a, b);
    for _ in 0..n {
        (a, b) = (b, a * b + 0.5);
    }
    a - b
}

#[grad(jvp)]
pub fn rotate(x: f64, y: f64, z: f64) -> f64 {
    let mut v = [x, y, z];
    let (mut p, mut q) = (x * y, y * z);
    [p, q] = [q, p + q];
    (v[0], v[1], v[2]) = (v[1] * v[1], v[2], v[0]);
    (v[0], _) = (v[0] + v[2], v[1]);
    [_, v[1], ..] = [p, v[1] * q, q];
    (p, q) = (q * v[1], v[0]);
    p * q + v[2]
}

#[grad(jvp)]
pub fn euclid(a: f64, b: f64) -> f64 {
    let (mut a, mut b) = (a, b);
    let mut steps = 0;
    while b > 0.125 {
        (a, b, steps) = (b, a % b, steps + 1);
    }
    a * steps as f64 + b
}

pub fn cases(c: &mut Checker) {
    check!(c, fibonacci_like(0.5, 0.75, const 5) -> f64);
    check!(c, rotate(0.5, 0.75, -1.25) -> f64);
    check!(c, euclid(5.5, 2.1875) -> f64);
}
