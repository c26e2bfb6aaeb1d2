//! Functions with a gradient as type arguments of generic code, and their residuals on several threads.

// Written as users write: with indices.
#![allow(clippy::needless_range_loop)]

use autodiff_runtime::{Differentiable, Float, GradFn, grad};
fn minimise<F, const N: usize>(mut x: [f64; N]) -> [f64; N]
where
    F: GradFn<[f64; N], Output = f64, Gradient = [f64; N]>,
{
    for _ in 0..2000 {
        let g = F::grad(x);
        for i in 0..N {
            x[i] -= 0.001 * g[i];
        }
    }
    x
}
fn descend<F>(x: &mut [f64], y: &[f64], n: usize) -> f64
where
    F: for<'a> GradFn<(&'a [f64], &'a [f64], usize), Output = f64, Gradient = Vec<f64>>,
{
    let mut v = 0.0;
    for _ in 0..n {
        let (value, g) = F::value_and_grad((&*x, y, 1));
        v = value;
        x.iter_mut().zip(g).for_each(|(x, g)| *x -= 0.1 * g);
    }
    v
}
#[grad]
fn rosenbrock(x: [f64; 2]) -> f64 {
    (1.0 - x[0]).powi(2) + 100.0 * (x[1] - x[0] * x[0]).powi(2)
}
#[grad]
fn gen_n<const N: usize>(x: [f64; N]) -> f64 {
    let mut s = 0.0;
    for i in 0..N {
        s += x[i] * x[i];
    }
    s
}
#[grad]
fn gen_t<T: Float>(x: [T; 2]) -> T {
    x[0] * x[0] + x[1] * x[1]
}
#[grad(wrt(x))]
fn fit(x: &[f64], y: &[f64], k: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += (x[i] - y[i]).powi(2) * k as f64;
    }
    s
}
#[derive(Differentiable, Clone)]
struct P {
    a: f64,
}
#[grad]
fn st(p: &P) -> f64 {
    p.a * p.a
}
#[grad]
fn two(a: f64, b: f32) -> f64 {
    a * b as f64
}
mod m {
    use autodiff_runtime::grad;
    #[grad]
    pub fn out(x: f64) -> f64 {
        x * x
    }
}
use m::out;
fn at<F: GradFn<f64, Output = f64, Gradient = f64>>(x: f64) -> (f64, f64) {
    F::value_and_grad(x)
}

#[test]
fn generic_code_takes_them() {
    let [x, y] = minimise::<rosenbrock, 2>([0.0, 0.0]);
    assert!(rosenbrock([x, y]) < 0.05);
    assert!(gen_n(minimise::<gen_n, 3>([1.0, 2.0, 3.0])) < 0.01);
    assert!(gen_t(minimise::<gen_t, 2>([1.0, 2.0])) < 0.01);
    let mut x = [0.0; 2];
    assert!(descend::<fit>(&mut x, &[1.0, 2.0], 50) < 1e-8);
    assert_eq!(at::<out>(3.0), (9.0, 6.0));
    assert_eq!(<st as GradFn<&P>>::grad(&P { a: 2.0 }).a, 4.0);
    assert_eq!(<two as GradFn<(f64, f32)>>::value_and_grad((1.0, 2.0)), (2.0, (2.0, 1.0)));
}

#[test]
fn one_forward_sweep_and_many_seeds_at_once() {
    let (x, y) = (vec![1.0, 2.0], vec![3.0, 4.0]);
    let (_, kept) = fit_forward(&x, &y, 1);
    let reverse = |seed: f64| fit_reverse(&kept, seed);
    let all: Vec<Vec<f64>> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            [0.0, 1.0, 2.0].map(|seed| scope.spawn(move || reverse(seed))).into_iter().collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(all, [[0.0, 0.0], [-4.0, -4.0], [-8.0, -8.0]]);
}
