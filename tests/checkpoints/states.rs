//! Calls, swaps, copies, structs, maxima, options and buffers in and out, with blocks of all kinds.

#![allow(clippy::ptr_arg)]
use autodiff_runtime::{Differentiable, grad};
macro_rules! four {
    ([$($o:tt)*] $plain:ident $a:ident $b:ident $c:ident ($($p:tt)*) { $($before:tt)* } { $($looped:tt)* } { $($after:tt)* }) => {
        #[grad($($o)*)] fn $plain($($p)*) -> f64 { $($before)* $($looped)* $($after)* }
        #[grad($($o)*)] fn $a($($p)*) -> f64 { $($before)* #[checkpoint] $($looped)* $($after)* }
        #[grad($($o)*)] fn $b($($p)*) -> f64 { $($before)* #[checkpoint(levels = 2)] $($looped)* $($after)* }
        #[grad($($o)*)] fn $c($($p)*) -> f64 { $($before)* #[checkpoint(every = [5, 2])] $($looped)* $($after)* }
    };
}
#[derive(Clone, Debug, Differentiable, PartialEq)]
struct S {
    x: Vec<f64>,
    k: f64,
    m: [[f64; 2]; 2],
}
#[grad(jvp, hessian)]
fn step(x: &mut [f64], k: f64) -> f64 {
    let mut e = 0.0;
    for i in 0..x.len() {
        x[i] = (x[i] * k).sin() + 0.1;
        e += x[i] * x[i];
    }
    e
}
four! { [hessian] p1 a1 b1 c1 (x: &[f64], k: f64, n: usize) { let mut u = x.to_vec(); let mut w = [0.1, 0.2, 0.3]; let mut s = 0.0; } { for i in 0..n {
let len = u.len(); u.swap(i % len, (i + 1) % len); s += step(&mut u, k); u[0] *= w[i % 3]; w.copy_from_slice(&u[..3]); w[1] = w[1].max(0.2) * k; if s > 3.0 { s *= 0.5; } } } { s * u[1] + w[2] } }
four! { [] p2 a2 b2 c2 (st: &S, n: usize) { let mut st = st.clone(); let mut h = 1.0; } { for i in 0..n {
st.k = (st.k * h).cos(); h = h * 0.9 + st.x[i % 3] * 0.1; st.x[(i + 1) % 3] *= st.k; for a in 0..2 { for b in 0..2 { st.m[a][b] = st.m[b][a] * st.k + h; } } } } { h * st.k + st.m[0][1] * st.x[2] } }
four! { [] p3 a3 b3 c3 (x: &[f64], n: usize) { let mut u = x.to_vec(); let mut best = f64::NEG_INFINITY; let mut q = 0usize; } { for i in 0..n {
let m = u.iter().cloned().fold(f64::NEG_INFINITY, f64::max); if m > best { best = m; q = i; } for v in u.iter_mut() { *v = *v * *v - 0.3 * best; } let t = u[q % 4]; u.fill(t.tanh()); u[i % 4] += best; } } { best * u[0] + u[3] } }
four! { [] p4 a4 b4 c4 (x: &mut [f64; 4], y: &mut Vec<f64>, k: f64, n: usize) { let mut s = 0.0; } { for i in 0..n {
x[i % 4] = x[(i + 1) % 4] * y[i % 3] + k; y[(i + 2) % 3] *= x[i % 4].sin(); s += y[0] * x[3]; } } { s } }
four! { [] p5 a5 b5 c5 (x: f64, n: usize) { let mut o: Option<f64> = None; let mut v = [x, 0.5]; let mut s = 0.0; } { for i in 0..n {
if let Some(z) = o { s += z * v[0]; v[0] = (z * v[1]).sin(); } o = if i % 3 == 0 { None } else { Some(v[0] * 1.1 + v[1]) }; v[1] = v[1] * 0.9 + v[0]; } } { s + v[1] } }
#[test]
fn what_a_state_may_be() {
    for n in [0usize, 1, 2, 3, 4, 5, 6, 9, 11, 20, 26] {
        let x = [0.3, 0.7, 0.2, 0.9];
        let r = p1_value_and_grad(&x, 1.1, n);
        assert_eq!(r, a1_value_and_grad(&x, 1.1, n));
        assert_eq!(r, b1_value_and_grad(&x, 1.1, n));
        assert_eq!(r, c1_value_and_grad(&x, 1.1, n));
        let r = p1_hessian(&x, 1.1, n);
        assert_eq!(r, a1_hessian(&x, 1.1, n));
        assert_eq!(r, b1_hessian(&x, 1.1, n));
        assert_eq!(r, c1_hessian(&x, 1.1, n));
        let s = S { x: vec![0.1, 0.9, 0.4], k: 0.6, m: [[0.1, 0.2], [0.3, 0.4]] };
        let r = p2_value_and_grad(&s, n);
        assert_eq!(r, a2_value_and_grad(&s, n));
        assert_eq!(r, b2_value_and_grad(&s, n));
        assert_eq!(r, c2_value_and_grad(&s, n));
        let r = p3_value_and_grad(&x, n);
        assert_eq!(r, a3_value_and_grad(&x, n));
        assert_eq!(r, b3_value_and_grad(&x, n));
        assert_eq!(r, c3_value_and_grad(&x, n));
        macro_rules! go {
            ($f:ident) => {{
                let mut x = x;
                let mut y = vec![0.5, 1.5, 0.7];
                let (mut dx, mut dy) = ([0.1, 0.2, 0.3, 0.4], vec![1.0, 2.0, 3.0]);
                let r = $f(&mut x, &mut y, 0.3, n, &mut dx, &mut dy);
                (r, x, y, dx, dy)
            }};
        }
        let r = go!(p4_value_and_grad);
        assert_eq!(r, go!(a4_value_and_grad));
        assert_eq!(r, go!(b4_value_and_grad));
        assert_eq!(r, go!(c4_value_and_grad));
        let r = p5_value_and_grad(0.4, n);
        assert_eq!(r, a5_value_and_grad(0.4, n));
        assert_eq!(r, b5_value_and_grad(0.4, n));
        assert_eq!(r, c5_value_and_grad(0.4, n));
    }
}
