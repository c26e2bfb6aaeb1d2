//! Loops with checkpoints: values, gradients and second derivatives are those of the same loops without, to the last bit.

// Written as users write: with indices.
#![allow(
    clippy::needless_range_loop,
    clippy::assign_op_pattern,
    clippy::explicit_counter_loop,
    clippy::useless_vec
)]

mod calls;
mod snapshots;
mod states;

use autodiff_runtime::{Differentiable, grad};

macro_rules! both {
    ([$($options:tt)*] [$($head:tt)*] $plain:ident $marked:ident ($($params:tt)*) -> $out:ty { $($before:tt)* } loop $mark:tt { $($looped:tt)* } after { $($after:tt)* }) => {
        #[grad($($options)*)] $($head)* fn $plain($($params)*) -> $out { $($before)* $($looped)* $($after)* }
        #[grad($($options)*)] $($head)* fn $marked($($params)*) -> $out { $($before)* # $mark $($looped)* $($after)* }
    };
}
#[derive(Differentiable, Clone, Debug, PartialEq)]
struct Body {
    x: [f64; 2],
    v: [f64; 2],
    mass: f64,
    hits: usize,
}

#[grad(jvp, hessian)]
fn force(x: &[f64; 2], k: f64) -> [f64; 2] {
    let r = (x[0] * x[0] + x[1] * x[1]).sqrt();
    [-k * x[0] / (r * r * r), -k * x[1] / (r * r * r)]
}

impl Body {
    #[grad(jvp, hessian)]
    fn energy(&self, k: f64) -> f64 {
        0.5 * self.mass * (self.v[0] * self.v[0] + self.v[1] * self.v[1])
            - k / (self.x[0] * self.x[0] + self.x[1] * self.x[1]).sqrt()
    }
}

both! { [jvp, hessian, jacobian] [] orbit orbit_c (start: &Body, k: f64, n: usize) -> f64 { let mut b = start.clone(); let mut sum = 0.0; }
loop [checkpoint] { for _ in 0..n {
    let a = force(&b.x, k);
    for j in 0..2 { b.v[j] += 0.01 * a[j]; b.x[j] += 0.01 * b.v[j]; }
    sum += b.energy(k) * b.hits as f64;
} } after { sum * b.x[0] + b.mass } }

both! { [jvp, hessian] [] early early_c (x: f64, w: &[f64]) -> f64 { let mut a = x; let mut b = 1.0; let mut c = 0.5; let mut d = 0.1; }
loop [checkpoint(every = 4)] { for i in (1..=30i32).rev() {
    let t = a * b - c; if t > 50.0 { break; }
    if i % 5 == 0 { continue; }
    a += 0.1 * t * d * w[(i % 3) as usize]; b = (b + c).sin(); c = c * 0.9 + a * 0.01; d += c * b;
} } after { a * b + c * d * x } }

both! { [jvp] [] nested nested_c (x: &[f64; 3], n: usize) -> f64 { let mut y = *x; let mut s = 0.0; }
loop [checkpoint] { for i in 0..n {
    if i % 2 == 0 {
        for j in 0..i { y[j % 3] = (y[j % 3] * 1.1).sin() + y[(j + 1) % 3]; s += y[j % 3]; }
    } else { s *= 0.5; }
} } after { s * y[1] } }

#[grad]
fn twice(x: &[f64; 3], n: usize) -> f64 {
    let mut y = *x;
    let mut s = 0.0;
    #[checkpoint(every = 2)]
    for i in 0..n {
        #[checkpoint(every = 3)]
        for j in 0..i {
            y[j % 3] = (y[j % 3] * 1.1).sin() + y[(j + 1) % 3];
            s += y[j % 3];
        }
        s *= x[0];
    }
    s * y[1]
}
#[grad]
fn twice_plain(x: &[f64; 3], n: usize) -> f64 {
    let mut y = *x;
    let mut s = 0.0;
    for i in 0..n {
        for j in 0..i {
            y[j % 3] = (y[j % 3] * 1.1).sin() + y[(j + 1) % 3];
            s += y[j % 3];
        }
        s *= x[0];
    }
    s * y[1]
}
both! { [] [] chain chain_c (x: &[f64]) -> f64 { let mut h = [0.1; 4]; let mut s = 0.0; }
loop [checkpoint] { for (i, v) in x.iter().enumerate() {
    let k = i % 4; h[k] = (h[k] * v + h[(k + 1) % 4]).tanh(); s += h[k] * i as f64;
} } after { s } }
both! { [jvp] [] wloop wloop_c (x: f64, p: &[f64]) -> f64 { let mut u = [x, 1.0, 0.5, 0.25, p[0]]; let mut n = 0; }
loop [checkpoint(every = 3)] { while u[0].abs() < 50.0 && n < 40 {
    let t = u[0]; for i in 0..4 { u[i] = u[i + 1] + 0.3 * t * p[1]; } u[4] = (t * 1.1).sin() + p[2]; n += 1; if u[4] > 1.99 { break }
} } after { u[0] * u[1] + u[2] * n as f64 + u[3] * u[4] } }
both! { [] [] lp lp_c (x: f64, p: &[f64]) -> f64 { let mut u = vec![x, 1.0, 0.5]; let mut n = 0; }
loop [checkpoint(every = 3)] { loop {
    let t = u[0]; u[0] = u[1]; u[1] = u[2] * p[0]; u[2] = (t * 1.1).sin(); n += 1; if n > 10 { break; }
} } after { u[0] * u[1] + u[2] } }
both! { [] [] inout inout_c (u: &mut [f64], p: f64, n: usize) -> f64 { let mut s = 0.0; }
loop [checkpoint] { for k in 0..n { for i in 1..u.len() { u[i] = (u[i] * p + u[i - 1]).sin(); s += u[i] * k as f64; } } } after { s * s } }

struct Sim {
    n: usize,
}
impl Sim {
    #[grad(wrt(x))]
    fn run(&self, x: &[f64; 2]) -> f64 {
        let mut y = *x;
        #[checkpoint]
        for _ in 0..self.n {
            y[0] += 0.1 * y[1].sin();
            y[1] -= 0.1 * y[0];
        }
        y[0] * y[1]
    }
    #[grad(wrt(x))]
    fn plain(&self, x: &[f64; 2]) -> f64 {
        let mut y = *x;
        for _ in 0..self.n {
            y[0] += 0.1 * y[1].sin();
            y[1] -= 0.1 * y[0];
        }
        y[0] * y[1]
    }
}
#[grad]
fn wave(u0: &[f64], c: &[f64], n: usize) -> f64 {
    let mut u = u0.to_vec();
    let mut v = vec![0.0; u.len()];
    let mut s = 0.0;
    for t in 0..n {
        for i in 1..u.len() - 1 {
            v[i] += c[i] * (u[i - 1] - 2.0 * u[i] + u[i + 1]).sin();
        }
        for i in 0..u.len() {
            u[i] += v[i] * v[i] + 0.001 * t as f64;
        }
        s += u[1] * v[2];
    }
    s + u[2] * u[2]
}
#[grad]
fn wave_c(u0: &[f64], c: &[f64], n: usize) -> f64 {
    let mut u = u0.to_vec();
    let mut v = vec![0.0; u.len()];
    let mut s = 0.0;
    #[checkpoint(every = 3)]
    for t in 0..n {
        for i in 1..u.len() - 1 {
            v[i] += c[i] * (u[i - 1] - 2.0 * u[i] + u[i + 1]).sin();
        }
        for i in 0..u.len() {
            u[i] += v[i] * v[i] + 0.001 * t as f64;
        }
        s += u[1] * v[2];
    }
    s + u[2] * u[2]
}
#[test]
fn as_the_plain_sweep() {
    let body = Body { x: [1.0, 0.2], v: [0.1, 0.9], mass: 1.3, hits: 2 };
    for n in [0, 1, 2, 3, 4, 9, 10, 17] {
        assert_eq!(
            orbit_value_and_grad(&body, 0.8, n),
            orbit_c_value_and_grad(&body, 0.8, n),
            "{n}"
        );
        let v = BodyTangent { x: [0.3, 0.1], v: [0.2, 0.5], mass: 0.7 };
        assert_eq!(orbit_jvp(&body, 0.8, n, (v, 0.4)), orbit_c_jvp(&body, 0.8, n, (v, 0.4)));
        assert_eq!(orbit_hvp(&body, 0.8, n, (v, 0.4)), orbit_c_hvp(&body, 0.8, n, (v, 0.4)));
        assert_eq!(orbit_hessian(&body, 0.8, n), orbit_c_hessian(&body, 0.8, n));
        assert_eq!(orbit_jacobian(&body, 0.8, n), orbit_c_jacobian(&body, 0.8, n));
        let x = [0.3, 0.2, 0.7];
        assert_eq!(nested_value_and_grad(&x, n), nested_c_value_and_grad(&x, n));
        assert_eq!(nested_jvp(&x, n, [1.0, 2.0, 3.0]), nested_c_jvp(&x, n, [1.0, 2.0, 3.0]));
        assert_eq!(twice_plain_value_and_grad(&x, n), twice_value_and_grad(&x, n));
        let x: Vec<f64> = (0..n).map(|i| (i as f64).sin()).collect();
        assert_eq!(chain_value_and_grad(&x), chain_c_value_and_grad(&x));
        let sim = Sim { n };
        assert_eq!(sim.plain_value_and_grad(&[0.1, 0.2]), sim.run_value_and_grad(&[0.1, 0.2]));
        let (mut u, mut v) = ([0.1, 0.2, 0.3], [0.1, 0.2, 0.3]);
        let (mut du, mut dv) = ([0.5, 0.2, 0.3], [0.5, 0.2, 0.3]);
        assert_eq!(
            inout_value_and_grad(&mut u, 0.7, n, &mut du),
            inout_c_value_and_grad(&mut v, 0.7, n, &mut dv)
        );
        assert_eq!((u, du), (v, dv));
    }
    let w = [0.3, 0.5, 0.9];
    assert_eq!(early_value_and_grad(1.2, &w), early_c_value_and_grad(1.2, &w));
    assert_eq!(early_hessian(1.2, &w), early_c_hessian(1.2, &w));
    assert_eq!(wloop_value_and_grad(1.2, &w), wloop_c_value_and_grad(1.2, &w));
    assert_eq!(wloop_jvp(1.2, &w, (1.0, w)), wloop_c_jvp(1.2, &w, (1.0, w)));
    assert_eq!(lp_value_and_grad(1.2, &w), lp_c_value_and_grad(1.2, &w));
}

#[test]
fn blocks_of_every_size() {
    let (u, c) = ([0.1, 0.5, 0.2, 0.9, 0.3], [0.1, 0.2, 0.3, 0.25, 0.15]);
    for n in [0, 1, 2, 3, 4, 7, 9] {
        assert_eq!(wave_value_and_grad(&u, &c, n), wave_c_value_and_grad(&u, &c, n), "{n}");
    }
    let (value, kept) = wave_c_forward(&u, &c, 5);
    assert_eq!((value, wave_c_reverse(&kept, 1.0)), wave_value_and_grad(&u, &c, 5));
}

both! { [] [] literal literal_c (x: f64) -> f64 { let mut y = [x, 1.0, 2.0, 3.0]; }
loop [checkpoint] { for i in 0..=20 {
    let t = y[0];
    y[0] = y[1] * 0.9 + 0.1 * i as f64;
    y[1] = y[2].sin();
    y[2] = y[3] + t;
    y[3] = (t * y[0]).cos();
} } after { y[0] } }

#[test]
fn ranges_of_literals() {
    assert_eq!(literal_value_and_grad(0.3), literal_c_value_and_grad(0.3));
}

// One number that is carried: its slopes go along, and nothing is saved with or without checkpoints.
both! { [hessian] [] carried carried_c (x: f64, k: f64, n: usize) -> f64 { let mut y = x; let mut z = 1.0; }
loop [checkpoint(every = 3)] { for _ in 0..n { y = y * k * (1.0 - y); z += y * 0.1; } } after { y * z } }

// Only sums: both sweeps of an iteration at once.
both! { [] [] sums sums_c (x: &[f64], k: f64) -> f64 { let mut s = 0.0; }
loop [checkpoint(every = 3)] { for i in 0..x.len() {
    let t = (x[i] * k).sin();
    let mut a = 0.0;
    for j in 0..x.len() { a += (t * x[j]).exp(); }
    s += a.ln() * a.sqrt();
} } after { s * s } }

// A part of the state is no sum of what is differentiated, and what is shared is added to in every iteration.
both! { [hessian] [] pendulums pendulums_c (p: &[f64; 4], n: usize) -> f64 { let (mut a, mut b, mut t) = ([p[0], p[1]], [0.0, 0.1], 0.0); let mut s = 0.0; let mut heat = 1.0; }
loop [checkpoint(every = 4)] { for i in 0..n {
    for j in 0..2 {
        let mut e = 0.0;
        for m in 1..4 { e += (a[j] * p[2] * m as f64).sin() / m as f64; }
        b[j] -= 0.05 * (e + p[3] * a[1 - j] * heat);
    }
    for j in 0..2 { a[j] += 0.05 * b[j]; s += a[j] * a[j] * t; }
    heat *= 0.99;
    t += 0.05 * i as f64;
} } after { s + a[0] * b[1] * t } }

both! { [] [] smooth smooth_c (u0: &[f64], c: &[f64], n: usize) -> f64 { let mut u = u0.to_vec(); let mut w = vec![0.0; u0.len()]; let mut s = 0.0; }
loop [checkpoint] { for k in 0..n {
    for i in 1..u.len() - 1 { w[i] = c[0] * (u[i - 1] - u[i]).tanh() + c[1] * (u[i + 1] - u[i]).tanh(); }
    for i in 0..u.len() { u[i] += w[i]; s += u[i] * c[2]; }
    u[0] = u[0] * c[k % 3];
} } after { s } }

#[test]
fn in_the_order_of_the_plain_sweep() {
    let x: Vec<f64> = (0..23).map(|i| (i as f64 * 1.7).sin()).collect();
    for n in [0, 1, 2, 3, 7, 16, 23] {
        assert_eq!(carried_value_and_grad(0.3, 3.1, n), carried_c_value_and_grad(0.3, 3.1, n));
        assert_eq!(carried_hessian(0.3, 3.1, n), carried_c_hessian(0.3, 3.1, n));
        assert_eq!(sums_value_and_grad(&x[..n], 0.7), sums_c_value_and_grad(&x[..n], 0.7));
        let (plain, marked) = (sums_forward(&x[..n], 0.7).1, sums_c_forward(&x[..n], 0.7).1);
        assert_eq!(sums_reverse(&plain, 0.3), sums_c_reverse(&marked, 0.3));
        let p = [0.3, 0.2, 0.9, 0.1];
        assert_eq!(pendulums_value_and_grad(&p, n), pendulums_c_value_and_grad(&p, n), "{n}");
        assert_eq!(pendulums_hessian(&p, n), pendulums_c_hessian(&p, n), "{n}");
        assert_eq!(
            smooth_value_and_grad(&x, &[0.3, 0.2, 0.9], n),
            smooth_c_value_and_grad(&x, &[0.3, 0.2, 0.9], n)
        );
    }
}

// Blocks within blocks, of a range and of a loop that does not know its length.
macro_rules! swings {
    ($($name:ident $mark:tt)*) => {
        $(#[grad(jvp, hessian)]
        fn $name(p: &[f64; 3], n: usize, far: bool) -> f64 {
            let (mut a, mut b, mut s) = ([p[0], 0.2, p[1]], [0.0; 3], 0.0);
            if far {
                let mut k = 0;
                # $mark
                while k < n {
                    for j in 0..3 { b[j] -= 0.1 * (a[j] * p[2] + a[(j + 1) % 3]).sin(); }
                    for j in 0..3 { a[j] += 0.1 * b[j]; s += a[j] * b[j]; }
                    if s > 40.0 { break; }
                    k += 1;
                }
            } else {
                # $mark
                for i in 0..n {
                    for j in 0..3 { b[j] -= 0.1 * (a[j] * p[2] + a[(j + 1) % 3]).sin(); }
                    if s < -40.0 { break; }
                    for j in 0..3 { a[j] += 0.1 * b[j]; s += a[j] * b[j] * i as f64; }
                }
            }
            s * a[0]
        })*
    };
}
swings! {
    swings_plain [allow(clippy::needless_range_loop)]
    swings_twice [checkpoint(levels = 2)]
    swings_thrice [checkpoint(levels = 3)]
    swings_sizes [checkpoint(every = [12, 4, 3])]
}

#[test]
fn blocks_within_blocks() {
    for n in [0, 1, 2, 5, 12, 13, 31, 64] {
        for far in [false, true] {
            let p = [0.3, 0.2, 0.9];
            let plain = swings_plain_value_and_grad(&p, n, far);
            assert_eq!(plain, swings_twice_value_and_grad(&p, n, far));
            assert_eq!(plain, swings_thrice_value_and_grad(&p, n, far));
            assert_eq!(plain, swings_sizes_value_and_grad(&p, n, far));
            let plain = swings_plain_hessian(&p, n, far);
            assert_eq!(plain, swings_twice_hessian(&p, n, far));
            assert_eq!(plain, swings_sizes_hessian(&p, n, far));
            let along = [0.1, 0.7, 0.2];
            let plain = swings_plain_jvp(&p, n, far, along);
            assert_eq!(plain, swings_thrice_jvp(&p, n, far, along));
        }
    }
}

macro_rules! bisected {
    ($($name:ident [$($mark:tt)*])*) => {
        $(#[grad(jvp)]
        fn $name(p: &[f64; 2], n: usize) -> f64 {
            let (mut a, mut b) = ([p[0], 0.2], [p[1]; 2]);
            # $($mark)*
            for i in 0..n {
                for j in 0..2 { b[j] -= 0.1 * (a[j] * p[1] + a[1 - j]).sin(); }
                if a[0] < -50.0 { break; }
                for j in 0..2 { a[j] += 0.1 * b[j] * (1.0 + i as f64 * 1e-3); }
            }
            let mut k = 0;
            # $($mark)*
            while k < n {
                for j in 0..2 { b[j] = (b[j] * a[j].tanh()).cos() * 0.9; }
                k += 1;
            }
            a[0] * b[1]
        })*
    };
}
bisected! {
    bisected_plain [[allow(clippy::needless_range_loop)]]
    bisected_often [[checkpoint(levels = 12)]]
}

/// More levels than some of the loops can be halved.
#[test]
fn recursive_bisection() {
    for n in [0, 1, 2, 3, 7, 8, 100, 1000] {
        let p = [0.3, 0.8];
        let plain = bisected_plain_value_and_grad(&p, n);
        assert_eq!(plain, bisected_often_value_and_grad(&p, n));
        assert_eq!(bisected_plain_jvp(&p, n, p), bisected_often_jvp(&p, n, p));
    }
}

// What every iteration uses has its adjoint summed in one order, whatever the blocks, also where it is returned as well.
macro_rules! springs {
    ($($name:ident $mark:tt)*) => {
        $(#[grad(hessian, jacobian)]
        fn $name(start: &[f64; 4], k: f64, n: usize) -> [f64; 2] {
            let (mut u, mut v, mut s) = (*start, [0.0; 4], 0.0);
            # $mark
            for _ in 0..n {
                for i in 0..4 { v[i] += 0.05 * (k * (u[(i + 1) % 4] - 2.0 * u[i] + u[(i + 3) % 4]) - u[i].sin()); }
                for i in 0..4 { u[i] += 0.05 * v[i]; }
                s += u[0] * u[0];
            }
            [s, k]
        })*
    };
}
springs! {
    springs_plain [allow(clippy::needless_range_loop)]
    springs_once [checkpoint]
    springs_twice [checkpoint(levels = 2)]
    springs_thrice [checkpoint(levels = 3)]
}

#[test]
fn what_all_iterations_use() {
    let start = [0.3, 0.2, 0.9, 0.4];
    for n in [0, 1, 9, 40, 100] {
        let plain = springs_plain_vjp(&start, 3.1, n, [0.7, 0.1]);
        assert_eq!(plain, springs_once_vjp(&start, 3.1, n, [0.7, 0.1]));
        assert_eq!(plain, springs_twice_vjp(&start, 3.1, n, [0.7, 0.1]));
        assert_eq!(plain, springs_thrice_vjp(&start, 3.1, n, [0.7, 0.1]));
        let plain = springs_plain_jacobian(&start, 3.1, n);
        assert_eq!(plain, springs_thrice_jacobian(&start, 3.1, n));
    }
}
