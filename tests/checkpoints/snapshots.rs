//! The binomial schedule: states of all kinds, with fewer and more of them than there are iterations.

#![allow(clippy::ptr_arg)]
use super::calls::called;
use autodiff_runtime::{Differentiable, grad};

macro_rules! each {
    ([$($o:tt)*] $plain:ident $one:ident $three:ident $eight:ident ($($p:tt)*)
        { $($before:tt)* } { $($looped:tt)* } { $($after:tt)* }) => {
        #[grad($($o)*)] fn $plain($($p)*) -> f64 { $($before)* $($looped)* $($after)* }
        #[grad($($o)*)] fn $one($($p)*) -> f64 {
            $($before)* #[checkpoint(snapshots = 1)] $($looped)* $($after)*
        }
        #[grad($($o)*)] fn $three($($p)*) -> f64 {
            $($before)* #[checkpoint(snapshots = 3)] $($looped)* $($after)*
        }
        #[grad($($o)*)] fn $eight($($p)*) -> f64 {
            $($before)* #[checkpoint(snapshots = 8)] $($looped)* $($after)*
        }
    };
}

#[derive(Clone, Debug, Differentiable, PartialEq)]
struct S {
    x: Vec<f64>,
    k: f64,
    m: [[f64; 2]; 2],
}

each! { [jvp, jacobian] p1 a1 b1 c1 (x: &[f64], k: f64, n: usize)
{ let mut u = x.to_vec(); let mut w = [0.1, 0.2, 0.3]; let mut s = 0.0; }
{ for i in 0..n {
    let len = u.len();
    u.swap(i % len, (i + 1) % len);
    u[0] *= w[i % 3] + k;
    w.copy_from_slice(&u[..3]);
    w[1] = w[1].max(0.2) * k;
    s += u[1] * w[2];
    if s > 3.0 { s *= 0.5; }
} }
{ s * u[1] + w[2] } }
each! { [] p2 a2 b2 c2 (st: &S, n: usize)
{ let mut st = st.clone(); let mut h = 1.0; }
{ for i in (0..n).rev() {
    st.k = (st.k * h).cos();
    h = h * 0.9 + st.x[i % 3] * 0.1;
    st.x[(i + 1) % 3] *= st.k;
    for a in 0..2 { for b in 0..2 { st.m[a][b] = st.m[b][a] * st.k + h; } }
} }
{ h * st.k + st.m[0][1] * st.x[2] } }
each! { [] p3 a3 b3 c3 (x: &[f64], n: i32)
{ let mut u = x.to_vec(); let mut best = f64::NEG_INFINITY; let mut q = 0usize; }
{ for i in -3..=n {
    let m = u.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
    if m > best { best = m; q = (i + 3) as usize; }
    for v in u.iter_mut() { *v = *v * *v - 0.3 * best; }
    let t = u[q % 4];
    u.fill(t.tanh());
    u[(i + 3) as usize % 4] += best;
} }
{ best * u[0] + u[3] } }
each! { [] p4 a4 b4 c4 (x: &mut [f64; 4], y: &mut [f64], k: f64, n: usize)
{ let mut s = 0.0; }
{ for i in 0..n {
    x[i % 4] = x[(i + 1) % 4] * y[i % 3] + k;
    y[(i + 2) % 3] *= x[i % 4].sin();
    s += y[0] * x[3];
} }
{ s } }
each! { [] p5 a5 b5 c5 (x: f64, n: usize)
{ let mut o: Option<f64> = None; let mut v = [x, 0.5]; let mut s = 0.0; }
{ for i in 0..n {
    if let Some(z) = o { s += z * v[0]; v[0] = (z * v[1]).sin(); }
    o = if i % 3 == 0 { None } else { Some(v[0] * 1.1 + v[1]) };
    v[1] = v[1] * 0.9 + v[0];
} }
{ s + v[1] } }
each! { [jvp] p6 a6 b6 c6 (x: f64, w: &[f64], n: usize)
{ let mut state = [0.3, 0.4]; let mut t = x; let mut history = vec![x; 3]; }
{ for i in 0..n {
    let mut j = 0;
    while j < 2 + i % 3 { t = (t * w[j]).sin() + 0.1; j += 1; }
    t += 0.1 * called::long(t * x, w, &mut state, history.clone());
    history.rotate_left(1);
    history[0] = t;
} }
{ t + history[1] } }
// In a loop of its own, and around one.
each! { [workspace] p7 a7 b7 c7 (x: &[f64; 2], n: usize)
{ let mut s = 0.0; let mut a = *x; }
{ for k in 0..n {
    #[checkpoint(snapshots = 2)]
    for i in 0..k % 5 { a[i % 2] = (a[0] * a[1] + x[i % 2]).cos(); }
    s += a[0] * a[1];
} }
{ s } }
fn with_workspace(x: &[f64; 2], n: usize) -> (f64, [f64; 2]) {
    let (mut workspace, mut d) = (autodiff_runtime::Workspace::new(), [0.0; 2]);
    let value = b7_grad_with(&mut workspace, x, n, &mut d);
    (value, d)
}

#[test]
fn what_is_saved_changes_nothing() {
    for n in [0usize, 1, 2, 3, 4, 5, 6, 9, 11, 20, 45, 100] {
        let x = [0.3, 0.7, 0.2, 0.9];
        macro_rules! same {
            ([$plain:ident $($other:ident)*] $args:tt) => {
                let expected = $plain $args;
                $(assert_eq!(expected, $other $args, "{n} iterations");)*
            };
        }
        same!([p1_value_and_grad a1_value_and_grad b1_value_and_grad c1_value_and_grad] (&x, 0.4, n));
        let along = ([0.1, -0.3, 0.5, 0.2], 0.7);
        same!([p1_jvp a1_jvp b1_jvp c1_jvp] (&x, 0.4, n, (&along.0, along.1)));
        same!([p1_jacrev b1_jacrev c1_jacrev] (&x, 0.4, n));
        let s = S { x: vec![0.1, 0.9, 0.4], k: 0.6, m: [[0.1, 0.2], [0.3, 0.4]] };
        same!([p2_value_and_grad a2_value_and_grad b2_value_and_grad c2_value_and_grad] (&s, n));
        same!([p3_value_and_grad a3_value_and_grad b3_value_and_grad c3_value_and_grad] (&x, n as i32 - 4));
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
        same!([p5_value_and_grad a5_value_and_grad b5_value_and_grad c5_value_and_grad] (0.4, n));
        let w = [0.3, -0.5, 0.7, 1.1];
        same!([p6_value_and_grad a6_value_and_grad b6_value_and_grad c6_value_and_grad] (0.4, &w, n));
        same!([p7_value_and_grad a7_value_and_grad b7_value_and_grad c7_value_and_grad] (&[0.4, 0.2], n));
        same!([p7_value_and_grad with_workspace] (&[0.4, 0.2], n));
    }
}
