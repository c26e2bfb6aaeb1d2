// Generic functions called from generic and from concrete ones.

use autodiff_runtime::Float;

#[grad(jvp)]
pub fn square_sum<T: Float>(x: &[T]) -> T {
    let mut sum = T::ZERO;
    for i in 0..x.len() {
        sum += x[i] * x[i];
    }
    sum
}

#[grad(jvp)]
pub fn bump<T: Float>(x: T) -> T {
    (-x * x).exp() * x.sin()
}

#[grad(jvp)]
pub fn pair<T: Float>(x: T, n: usize) -> (T, T) {
    (x.powi(n as i32), bump(x))
}

#[grad(jvp)]
pub fn normalized<T: Float>(x: &[T]) -> Vec<T> {
    let norm = square_sum(x).sqrt();
    let mut y = x.to_vec();
    for i in 0..y.len() {
        y[i] = bump(y[i] / norm) * norm;
    }
    y
}

#[grad(jvp)]
pub fn power<T: Float>(x: T, n: usize) -> T {
    if n == 0 { T::ONE } else { bump(x) * power(x, n - 1) }
}

#[grad(jvp)]
pub fn generic<T: Float>(x: &[T], k: T) -> T {
    let y = normalized(x);
    let (a, b) = pair(k, 3);
    let mut sum = power(k, 2);
    for i in 0..y.len() {
        if y[i] > T::ZERO {
            sum += bump::<T>(y[i] * a);
        } else {
            sum -= square_sum(&y[i..]) * b;
        }
    }
    sum
}

#[grad(jvp)]
pub fn concrete(x: &[f64; 3], k: f64) -> f64 {
    let y = normalized(x);
    let squares = square_sum(&y);
    let (a, _) = pair::<f64>(k, 2);
    generic(&y, k) * squares + bump(a) * power(k, 2)
}

#[grad(jvp)]
pub fn norm<const N: usize>(x: &[f64; N]) -> f64 {
    let mut sum = 0.0;
    for i in 0..N {
        sum += x[i] * x[i];
    }
    sum.sqrt()
}

#[grad(jvp)]
pub fn outer<T: Float, const N: usize, const M: usize>(x: [T; N], y: &[T; M]) -> [[T; M]; N] {
    let mut z = [[T::ZERO; M]; N];
    for i in 0..N {
        for j in 0..M {
            z[i][j] = bump(x[i]) * y[j];
        }
    }
    z
}

#[grad(jvp)]
pub fn lengths<const N: usize>(x: [f64; 2], y: &[f64; N]) -> f64 {
    let z = outer(x, y);
    let mut sum = norm(&x) * norm(y);
    for i in 0..2 {
        sum += norm(&z[i]) * norm::<N>(&z[1 - i]) * z[i][0];
    }
    sum
}

pub fn cases(c: &mut Checker) {
    check!(c, pair(0.75, const 2) -> (f64, f64));
    check!(c, normalized(&vec![0.5, -1.25, 0.75]) -> Vec<f64>);
    check!(c, power(0.75, const 3) -> f64);
    check!(c, generic(&vec![0.5, -1.25, 0.75], 0.75) -> f64);
    check!(c, concrete(&[0.5, -1.25, 0.75], 0.75) -> f64);
    check!(c, lengths([0.5, -1.25], &[0.75, 0.25, 1.5]) -> f64);
}
