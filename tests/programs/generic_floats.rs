// Functions generic over their float, by the runtime's own trait.

use autodiff_runtime::Float;

#[grad(jvp)]
pub fn wave<T: Float>(x: T, k: T) -> T {
    let mut sum = T::ZERO;
    for n in 1..5 {
        let harmonic = T::from(n as f32);
        sum += (x * harmonic).sin() / harmonic.powi(2) * k;
    }
    sum.abs().sqrt() + T::max(x, k) * T::PI + x.mul_add(k, T::from(0.25))
}

#[grad(jvp)]
pub fn dot<T: Float>(a: &[T], b: &[T]) -> T {
    let mut sum = T::ZERO;
    for i in 0..a.len() {
        sum += a[i] * b[i];
    }
    sum
}

#[grad(jvp)]
pub fn smooth<T, const N: usize>(x: [T; N], weights: &mut [T]) -> [T; N]
where
    T: Float,
{
    let mut y = [T::ZERO; N];
    for i in 0..N {
        let left = if i == 0 { T::ONE } else { x[i - 1] };
        y[i] = left * weights[i % 2] + x[i].exp();
        weights[i % 2] *= x[i];
    }
    y
}

#[grad(jvp)]
pub fn softplus(x: impl Float, y: &[impl Float], scale: f64) -> f64 {
    if x.is_nan() || y[0].is_nan() { scale } else { scale.exp() }
}

// Several parameters, of which one may be of the other width.
#[grad(jvp)]
pub fn mixed<A: Float, B: Float>(a: A, b: &[B], i: usize) -> (A, B) {
    let first = a * a + a.cos();
    let second = if b[i] > B::ZERO { b[i].ln() } else { b[i] * b[0] };
    (first, second)
}

#[grad(jvp)]
pub fn root<T: Float>(x: T) -> T {
    let mut y = x;
    while (y * y - x).abs() > T::from(1e-3) {
        y = (y + x / y) / T::from(2.0);
    }
    y
}

pub fn cases(c: &mut Checker) {
    check!(c, wave(0.75, 1.5) -> f64);
    check!(c, dot(&vec![0.5, -1.25, 0.75], &vec![1.5, 0.25, -0.5]) -> f64);
    check!(c, smooth([0.5, -1.25, 0.75], &mut vec![1.5, 0.25]) -> [f64; 3]);
    check!(c, softplus(0.5, &vec![0.5], 1.25) -> f64);
    check!(c, mixed(0.5, &vec![1.5, -0.25], const 1) -> (f64, f64));
    check!(c, mixed(0.5, &vec![1.5, -0.25], const 0) -> (f64, f64));
    check!(c, root(2.5) -> f64);
}
