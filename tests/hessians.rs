//! Hessians: of known functions, and against differences of gradients.

// Written as users write: with indices.
#![allow(clippy::needless_range_loop, clippy::assign_op_pattern)]

use autodiff_runtime::grad;

#[grad(hessian)]
fn rosenbrock(x: &[f64; 3]) -> f64 {
    let mut s = 0.0;
    for i in 0..2 {
        let a = x[i + 1] - x[i] * x[i];
        let b = 1.0 - x[i];
        s += 100.0 * a * a + b * b;
    }
    s
}
#[grad(hessian)]
fn cube(x: f64) -> f64 {
    x * x * x
}
#[grad(hessian)]
fn two(x: [f64; 2], w: f64) -> f64 {
    x[0] * x[0] * w + (x[1] * w).sin()
}
#[grad(hessian, wrt(w))]
fn logistic(w: &[f64], x: &[[f64; 2]], y: &[bool]) -> f64 {
    let mut loss = 0.0;
    for i in 0..x.len() {
        let mut z = 0.0;
        for j in 0..w.len() {
            z += w[j] * x[i][j];
        }
        loss += if y[i] { (1.0 + (-z).exp()).ln() } else { (1.0 + z.exp()).ln() };
    }
    loss
}
#[grad(hessian)]
fn state(x: &[f64], w: f64) -> f64 {
    let mut y = w;
    for i in 0..x.len() {
        y = (y * x[i]).sin() + y * y;
    }
    y
}
#[grad(hessian)]
fn in_place(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    for _ in 0..3 {
        for i in 1..a.len() {
            a[i] = a[i] * a[i - 1] + x[i];
        }
        a[0] = a[0] * a[a.len() - 1];
    }
    a[0]
}
#[grad(hessian)]
fn inner(x: &[f64], s: f64, out: &mut [f64]) -> f64 {
    let mut t = 0.0;
    for i in 0..x.len() {
        out[i] = out[i] * x[i] * s + x[i] * x[i];
        t += out[i] * s;
    }
    t * t
}
#[grad(hessian)]
fn outer(x: &[f64], s: f64) -> f64 {
    let mut buf = vec![1.0; x.len()];
    let mut a = 0.0;
    for k in 0..3 {
        a += inner(x, s + a * 0.01, &mut buf) * (k as f64);
    }
    a + buf[0] * buf[1]
}
#[grad(hessian)]
fn power(x: f64, n: usize) -> f64 {
    if n == 0 { 1.0 } else { x * power(x, n - 1) }
}
#[grad(hessian)]
fn pair(x: f64, y: f64) -> (f64, f64) {
    (x * y, x.sin() * y * y)
}
#[grad(hessian)]
fn uses_pair(v: [f64; 2]) -> f64 {
    let (a, b) = pair(v[0], v[1]);
    if a > 0.0 {
        a * b
    } else {
        let (c, _) = pair(a, b);
        c
    }
}
#[grad(hessian)]
fn newton(a: f64) -> f64 {
    let mut x = a;
    while (x * x - a).abs() > 1e-14 {
        x = 0.5 * (x + a / x);
    }
    x
}
#[grad(hessian)]
fn owned(x: Vec<f64>, k: &mut f64) -> f64 {
    *k *= x[0];
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * x[i] * *k;
    }
    s
}
#[grad(hessian)]
fn scale(v: Vec<f64>, s: f64) -> Vec<f64> {
    let mut w = v.clone();
    for i in 0..w.len() {
        w[i] = v[i] * s * s;
    }
    w
}
#[grad(hessian)]
fn uses_scale(x: &[f64], s: f64) -> f64 {
    let y = scale(x.to_vec(), s);
    let mut t = 0.0;
    for i in 0..y.len() {
        t += y[i] * y[i];
    }
    t
}

/// The pair potential of Lennard and Jones, of two particles at these distances.
#[grad(hessian)]
fn lennard_jones(at: &[[f64; 2]]) -> f64 {
    let mut energy = 0.0;
    for i in 0..at.len() {
        for j in 0..i {
            let (dx, dy) = (at[i][0] - at[j][0], at[i][1] - at[j][1]);
            let s = 1.0 / (dx * dx + dy * dy).powi(3);
            energy += 4.0 * (s * s - s);
        }
    }
    energy
}

#[grad(hessian)]
fn single(x: &[f32]) -> f32 {
    x[0] * x[0] * x[1]
}

/// The Hessian, by differences of the gradient.
#[track_caller]
fn check<const N: usize>(h: [[f64; N]; N], g: impl Fn([f64; N]) -> [f64; N], x: [f64; N]) {
    for j in 0..N {
        let e = 1e-5;
        let (mut a, mut b) = (x, x);
        a[j] += e;
        b[j] -= e;
        let (ga, gb) = (g(a), g(b));
        for i in 0..N {
            let d = (ga[i] - gb[i]) / (2.0 * e);
            assert!(
                (h[i][j] - d).abs() < 1e-6 * (1.0 + d.abs()),
                "[{i}][{j}]: {} by differences {d}",
                h[i][j]
            );
        }
    }
}
fn arr<const N: usize>(v: Vec<f64>) -> [f64; N] {
    v.try_into().unwrap()
}
fn arr2<const N: usize>(v: Vec<Vec<f64>>) -> [[f64; N]; N] {
    v.into_iter().map(arr).collect::<Vec<_>>().try_into().unwrap()
}

#[test]
fn rosenbrock_has_the_known_hessian() {
    let expected = [[402.0, -400.0, 0.0], [-400.0, 3802.0, -800.0], [0.0, -800.0, 200.0]];
    assert_eq!(rosenbrock_hessian(&[1.0, 2.0, 3.0]), expected);
    assert_eq!(rosenbrock_hvp(&[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]), expected[1]);
}

#[test]
fn logistic_regression_has_the_known_hessian() {
    let (x, y) = ([[1.0, 2.0], [0.5, -1.0], [2.0, 0.3]], [true, false, true]);
    let w = [0.1, 0.2];
    let hessian = logistic_hessian(&w, &x, &y);
    for i in 0..2 {
        for j in 0..2 {
            // The sum of p (1 - p) x xᵀ.
            let expected: f64 = x
                .iter()
                .map(|x| {
                    let p = 1.0 / (1.0 + (-w[0] * x[0] - w[1] * x[1]).exp());
                    p * (1.0 - p) * x[i] * x[j]
                })
                .sum();
            assert!((hessian[i][j] - expected).abs() < 1e-14);
        }
    }
}

#[test]
fn lennard_jones_has_the_known_hessian() {
    let r: f64 = 1.3;
    let hessian = lennard_jones_hessian(&[[0.0, 0.0], [r, 0.0]]);
    let first = 4.0 * (-12.0 * r.powi(-13) + 6.0 * r.powi(-7));
    let second = 4.0 * (156.0 * r.powi(-14) - 42.0 * r.powi(-8));
    let across = first / r;
    assert!((hessian[1][0][1][0] - second).abs() < 1e-12);
    assert!((hessian[0][0][1][0] + second).abs() < 1e-12);
    assert!((hessian[1][1][1][1] - across).abs() < 1e-12);
    assert!((hessian[0][1][1][1] + across).abs() < 1e-12);
    assert_eq!(hessian[0][0][1][1], 0.0);
}

#[test]
fn scalars() {
    assert_eq!((cube_hessian(2.0), cube_hvp(2.0, 3.0)), (12.0, 36.0));
    assert_eq!(power_hessian(2.0, 5), 160.0);
    assert_eq!(single_hessian(&[3.0, 5.0]), [[10.0, 6.0], [6.0, 0.0]]);
    let exact = -0.25 * 2.0f64.powf(-1.5);
    assert!((newton_hessian(2.0) - exact).abs() < 1e-12);
}

#[test]
fn a_row_of_blocks_for_each_parameter() {
    let ((a, b), (c, d)) = two_hessian([1.0, 2.0], 0.5);
    let whole = [[a[0][0], a[0][1], b[0]], [a[1][0], a[1][1], b[1]], [c[0], c[1], d]];
    let gradient = |x: [f64; 3]| {
        let (g, h) = two_grad([x[0], x[1]], x[2]);
        [g[0], g[1], h]
    };
    check(whole, gradient, [1.0, 2.0, 0.5]);
    assert_eq!(two_hvp([1.0, 2.0], 0.5, ([1.0, 0.0], 0.0)), ([1.0, 0.0], 2.0));
}

#[test]
fn loops_and_memory() {
    let x = [0.3, 0.5, 0.7];
    check(arr2::<3>(state_hessian(&x, 0.9).0.0), |x| arr(state_grad(&x, 0.9).0), x);
    check(arr2::<3>(in_place_hessian(&x)), |x| arr(in_place_grad(&x)), x);
}

#[test]
fn calls() {
    let x = [0.3, 0.5, 0.7];
    check(arr2::<3>(outer_hessian(&x, 0.9).0.0), |x| arr(outer_grad(&x, 0.9).0), x);
    check(arr2::<3>(uses_scale_hessian(&x, 0.9).0.0), |x| arr(uses_scale_grad(&x, 0.9).0), x);
    check(uses_pair_hessian([0.3, 0.5]), uses_pair_grad, [0.3, 0.5]);
    check(uses_pair_hessian([0.3, -0.5]), uses_pair_grad, [0.3, -0.5]);
}

/// What is passed by `&mut` holds afterwards what the function leaves there.
#[test]
fn buffers() {
    let mut k = 2.0;
    assert_eq!(owned_hessian(vec![1.0, 2.0], &mut k), [[12.0, 8.0], [8.0, 4.0]]);
    assert_eq!(k, 2.0);
}

/// A parameter that no argument tells.
#[grad(jvp, jacobian, hessian, gnvp)]
fn iterated<const N: usize>(x: f64) -> f64 {
    let mut y = x;
    for _ in 0..N {
        y = y.sin();
    }
    y
}

struct Map;

impl Map {
    #[grad(jvp, jacobian, hessian)]
    fn iterated<const N: usize>(x: f64, y: f64) -> f64 {
        iterated::<N>(x * y)
    }
}

#[test]
fn parameters_that_no_argument_tells() {
    let slope = 0.5_f64.sin().cos() * 0.5_f64.cos();
    assert_eq!(iterated_jacobian::<2>(0.5), slope);
    assert_eq!(iterated_jacfwd::<2>(0.5), slope);
    assert_eq!(iterated_jvp::<2>(0.5, 2.0).1, 2.0 * slope);
    assert_eq!(iterated_gnvp::<2>(0.5, 1.0).1, slope * slope);
    assert_eq!(iterated_hessian::<1>(0.5), -0.5_f64.sin());
    assert_eq!(Map::iterated_jacobian::<2>(0.5, 1.0).0, slope);
    assert_eq!(Map::iterated_hvp::<1>(0.5, 1.0, (1.0, 0.0)).0, -0.5_f64.sin());
}

// ---- higher orders ----

#[grad(order = 4)]
fn exponential(x: f64) -> f64 {
    x * (2.0 * x).exp()
}
#[grad(order = 3)]
fn polynomial(x: [f64; 2], w: f64) -> f64 {
    x[0].powi(3) * x[1] * x[1] * w + w.powi(4)
}
#[grad(order = 3, wrt(x, w))]
fn recurrence(x: &[f64], w: f64, n: usize) -> f64 {
    let bend = |s: f64| (s * w).sin() + s.powf(1.5 + w);
    let mut states = vec![w; x.len()];
    let mut s = 1.0;
    for i in 0..n {
        let at = i % x.len();
        if x[at] > 0.0 {
            s = bend(1.0 / (1.0 + s * s)) * x[at] + s;
        }
        states[at] = states[at] * s;
    }
    states.iter().map(|s| s * s).sum()
}
#[grad(order = 3)]
fn generic<T: autodiff_runtime::Float>(x: &[T; 2], y: T) -> [T; 2] {
    [x[0] * x[0] * y, (x[1] * y).exp() * y]
}
/// Whose logarithm stands beside a tangent that is zero at zero.
#[grad(order = 3)]
fn power_of_two(x: f64) -> f64 {
    2.0f64.powf(x * x)
}

#[test]
fn orders_of_known_functions() {
    // The k-th derivative is `exp(2 x) (2^k x + k 2^(k - 1))`.
    let at =
        |k: i32, x: f64| (2.0 * x).exp() * (2f64.powi(k) * x + f64::from(k) * 2f64.powi(k - 1));
    let x = 0.7;
    assert!((exponential_slope(x, 1.0) - at(1, x)).abs() < 1e-12);
    assert!((exponential_slope_grad(x, 1.0) - at(2, x)).abs() < 1e-12);
    assert!((exponential_slope_slope_grad(x, 1.0, 1.0) - at(3, x)).abs() < 1e-11);
    assert!((exponential_slope_slope_hvp(x, 1.0, 0.5, 2.0) - at(4, x)).abs() < 1e-11);
    // Along x[0], x[0], and w.
    let (x, w) = ([2.0, 3.0], 5.0);
    let (of_x, of_w) = polynomial_slope_hvp(x, w, [1.0, 0.0], 0.0, ([1.0, 0.0], 0.0));
    assert_eq!((of_x, of_w), ([6.0 * 9.0 * 5.0, 6.0 * 2.0 * 2.0 * 3.0 * 5.0], 6.0 * 2.0 * 9.0));
    let (_, of_w) = polynomial_slope_hvp(x, w, [0.0; 2], 1.0, ([0.0; 2], 1.0));
    assert_eq!(of_w, 24.0 * 5.0);
    let hessian = polynomial_slope_hessian(x, w, [0.0; 2], 1.0);
    assert_eq!(hessian.0.0[1], [3.0 * 4.0 * 2.0 * 3.0, 2.0 * 8.0]);
    let (value, (of_x, of_y)) = generic_slope_vjp(&[2.0, 0.0], 3.0, &[1.0, 0.0], 1.0, [1.0, 0.0]);
    assert_eq!((value, of_x, of_y), ([2.0 * 2.0 * 3.0 + 4.0, 1.0], [2.0 * 3.0 + 4.0, 0.0], 4.0));
    let ln = 2f64.ln();
    assert_eq!(power_of_two_slope_grad(0.0, 1.0), 2.0 * ln);
    let (x, y) = (0.5f64, 2f64.powf(0.25));
    let third = y * (2.0 * x * ln * (4.0 * x * x * ln * ln + 2.0 * ln) + 8.0 * x * ln * ln);
    assert!((power_of_two_slope_hvp(x, 1.0, 1.0) - third).abs() < 1e-12);
}

#[test]
fn third_derivatives_by_differences() {
    let (x, w, n) = ([0.9, -0.4, 1.1], 0.6, 5);
    let (u, v) = (([0.3, 1.0, -0.2], 0.7), ([1.0, 0.4, 0.1], -0.5));
    let third = recurrence_slope_hvp(&x, w, n, &u.0, u.1, (&v.0, v.1));
    let along = |h: f64| {
        let moved: Vec<f64> = x.iter().zip(&v.0).map(|(x, v)| x + h * v).collect();
        let (of_x, of_w) = recurrence_hvp_of(&moved, w + h * v.1, n, &u);
        of_x.into_iter().chain([of_w]).collect::<Vec<f64>>()
    };
    let by = |h: f64| -> Vec<f64> {
        along(h).iter().zip(along(-h)).map(|(a, b)| (a - b) / (2.0 * h)).collect()
    };
    let (coarse, fine) = (by(2e-4), by(1e-4));
    for (i, third) in third.0.iter().chain([&third.1]).enumerate() {
        let expected = (4.0 * fine[i] - coarse[i]) / 3.0;
        assert!((third - expected).abs() < 1e-7 * (1.0 + expected.abs()), "{third} {expected}");
    }
}

/// The gradient of the slope is the Hessian times the direction.
fn recurrence_hvp_of(x: &[f64], w: f64, n: usize, u: &([f64; 3], f64)) -> (Vec<f64>, f64) {
    recurrence_slope_grad(x, w, n, &u.0, u.1)
}

// ---- partial derivatives that are not needed ----

mod powers {
    use autodiff_runtime::{derivative, grad};

    #[grad(jvp, hessian)]
    pub fn power(x: f64, y: f64) -> f64 {
        x.powf(y)
    }
    #[derivative(of = f64::powf, x = y * result / x, y = result * x.ln(), hessian)]
    pub fn rule(x: f64, y: f64) -> f64;
}

#[grad(jvp, hessian, jacobian)]
fn square(x: f64) -> f64 {
    powers::power(x, 2.0) + powers::rule(x, 2.0)
}

#[test]
fn no_logarithm_of_a_negative_base() {
    assert_eq!(square_jvp(-2.0, 1.0), (8.0, -8.0));
    assert_eq!((square_jacfwd(-2.0), square_jacrev(-2.0)), (-8.0, -8.0));
    assert_eq!((square_hvp(-2.0, 1.0), square_hessian(-2.0)), (4.0, 4.0));
}
