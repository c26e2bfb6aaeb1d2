// Integers whose type only the signature of a callee tells, and tuples that hold one.

#[grad(jvp)]
pub fn times(n: usize, x: f64) -> f64 {
    x * n as f64
}

#[grad(jvp)]
pub fn element(v: &[f64], n: usize) -> f64 {
    v[n % v.len()] * v[0]
}

#[grad(jvp)]
pub fn computed(x: f64) -> f64 {
    times((3 * 3) % 5, x) + times(2, x * x)
}

#[grad(jvp)]
pub fn counted(v: &[f64]) -> f64 {
    let mut sum = 0.0;
    let mut n = 0;
    loop {
        n += 1;
        sum += element(v, n);
        if sum > 10.0 || n > 5 {
            break;
        }
    }
    sum
}

#[grad(jvp)]
pub fn scaled(q: (f64, usize)) -> f64 {
    q.0 * q.1 as f64
}

#[grad(jvp)]
pub fn pairs(x: f64) -> f64 {
    scaled((x * x, 3)) + scaled((2.0, 4)) * x
}

#[grad(jvp)]
pub fn filled(x: f64, n: usize) -> Vec<f64> {
    let mut v = vec![x; n];
    v[0] = x * x;
    v
}

#[grad(jvp)]
pub fn last(x: f64) -> f64 {
    let v = filled(x, 3);
    v[v.len() - 1].sin() * v[0]
}

#[grad(jvp)]
pub fn halves(v: &mut [f64], z: f64) {
    let (left, right) = v.split_at_mut(2);
    if right[0] <= 0.83 {
        right[1] -= z * right[1];
    }
    left[0] -= (right[1] * 0.48).tanh();
}

pub fn cases(c: &mut Checker) {
    check!(c, computed(0.75) -> f64);
    check!(c, counted(&vec![0.5, -1.25, 0.75]) -> f64);
    check!(c, pairs(0.75) -> f64);
    check!(c, last(0.75) -> f64);
    check!(c, halves(&mut vec![0.5, -1.25, 0.75, 1.5], 0.25) -> ());
}
