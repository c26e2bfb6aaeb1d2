//! Second derivatives of methods, and of what calls them: as those of the same formulas written out.

// Written as users write: with indices.
#![allow(clippy::needless_range_loop, clippy::assign_op_pattern, clippy::new_without_default)]

use autodiff_runtime::{Differentiable, grad};

#[derive(Differentiable, Clone, Copy, Debug, PartialEq)]
struct Spring {
    stiffness: f64,
    rest: f64,
}

impl Spring {
    #[grad(hessian)]
    fn energy(self, x: f64) -> f64 {
        let d = x - self.rest;
        0.5 * self.stiffness * d * d * d
    }
    #[grad(hessian)]
    fn soften(&mut self, by: f64) -> f64 {
        self.stiffness *= by * by;
        self.stiffness * self.rest
    }
    #[grad(hessian)]
    fn chain(&self, x: &[f64], out: &mut [f64]) {
        for i in 0..x.len() {
            out[i] += self.energy(x[i]) * x[i];
        }
    }
    #[grad(hessian)]
    fn ends(x: &[f64]) -> [f64; 2] {
        [x[0] * x[0] * x[1], x[1].exp()]
    }
    #[grad(hessian)]
    fn of_vec(&self, x: Vec<f64>) -> f64 {
        let mut s = 0.0;
        for v in &x {
            s += self.energy(*v);
        }
        s
    }
}
#[grad(hessian)]
fn all(spring: &Spring, x: &[f64]) -> f64 {
    let mut own = *spring;
    let softened = own.soften(x[0]);
    let mut out = vec![0.0; x.len()];
    own.chain(x, &mut out);
    let ends = Spring::ends(&out);
    ends[0] + ends[1].sin() + softened
}
#[grad(hessian)]
fn plain(spring: &Spring, x: &[f64]) -> f64 {
    let k = spring.stiffness * x[0] * x[0];
    let mut out = vec![0.0; x.len()];
    for i in 0..x.len() {
        let d = x[i] - spring.rest;
        out[i] += 0.5 * k * d * d * d * x[i];
    }
    out[0] * out[0] * out[1] + out[1].exp().sin() + k * spring.rest
}
#[grad(hessian)]
fn looped(spring: &Spring, x: f64) -> f64 {
    let mut y = x;
    for _ in 0..4 {
        y = spring.energy(y) + 0.5 * x;
    }
    y
}
#[grad(hessian)]
fn looped_plain(s: &Spring, x: f64) -> f64 {
    let mut y = x;
    for _ in 0..4 {
        let d = y - s.rest;
        y = 0.5 * s.stiffness * d * d * d + 0.5 * x;
    }
    y
}
#[grad(jvp, hessian, jacobian)]
trait Shape {
    fn area(&self, k: f64) -> f64;
    fn twice(&self, k: f64) -> f64 {
        2.0 * self.area(k) * k
    }
}
#[grad(jvp, hessian, jacobian)]
impl Shape for Spring {
    fn area(&self, k: f64) -> f64 {
        self.stiffness * self.rest * k * k
    }
}
#[grad(hessian)]
fn by_trait(s: &Spring, k: f64) -> f64 {
    s.twice(k) * k
}
#[grad(hessian)]
fn by_generic<S: Shape + Differentiable>(s: &S, k: f64) -> f64 {
    s.twice(k) * k
}

#[derive(Differentiable, Clone, Copy, Debug, PartialEq)]
struct V<T> {
    x: T,
    y: T,
}
impl V<f64> {
    #[grad(hessian, jacobian)]
    fn norm(&self, k: f64) -> f64 {
        (self.x * self.x * k + self.y * self.y).sqrt()
    }
}
#[grad(hessian)]
fn early(s: &Spring, x: f64) -> f64 {
    if x < 0.0 {
        return s.energy(-x);
    }
    let r = Some(s.energy(x));
    match r {
        Some(v) => v * v,
        None => 0.0,
    }
}

fn close(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-12 * (1.0 + a.abs()), "{a} and {b}");
}

/// All numbers of a Hessian of a spring and a slice.
type OfSpringAndSlice = ((Vec<SpringTangent>, Vec<Vec<f64>>), (Vec<SpringTangent>, Vec<Vec<f64>>));

fn numbers(of: &OfSpringAndSlice) -> Vec<f64> {
    let springs = of.0.0.iter().chain(&of.1.0).flat_map(|of| [of.stiffness, of.rest]);
    springs.chain(of.0.1.iter().chain(&of.1.1).flatten().copied()).collect()
}

const SPRING: Spring = Spring { stiffness: 1.5, rest: 0.3 };

#[test]
fn methods_that_change_themselves_and_buffers() {
    let x = [0.7, 0.8];
    let (a, b) = (all_hessian(&SPRING, &x), plain_hessian(&SPRING, &x));
    for (a, b) in numbers(&a).into_iter().zip(numbers(&b)) {
        close(a, b);
    }
    let v = SpringTangent { stiffness: 0.5, rest: -1.0 };
    let (a, b) = (all_hvp(&SPRING, &x, (v, [1.0, 2.0])), plain_hvp(&SPRING, &x, (v, [1.0, 2.0])));
    close(a.0.rest, b.0.rest);
    close(a.1[1], b.1[1]);
}

#[test]
fn of_the_method_itself() {
    let (_, (by_spring, by_x)) = SPRING.energy_hessian(1.0);
    close(by_x, 3.0 * SPRING.stiffness * 0.7);
    close(by_spring.stiffness, 1.5 * 0.49);
    close(SPRING.clone().soften_hessian(2.0), 2.0 * SPRING.stiffness * SPRING.rest);
    close(SPRING.of_vec_hessian(vec![1.0, 2.0]).1.1[1][1], 3.0 * SPRING.stiffness * 1.7);
    close(V { x: 3.0, y: 4.0 }.norm_hessian(1.0).0.0[0].x, 16.0 / 125.0);
}

#[test]
fn in_loops_and_branches() {
    let (a, b) = (looped_hessian(&SPRING, 0.8), looped_plain_hessian(&SPRING, 0.8));
    close(a.1.1, b.1.1);
    close(a.0.0[1].rest, b.0.0[1].rest);
    close(a.0.1[0], b.0.1[0]);
    let (right, left) = (early_hessian(&SPRING, 2.0).1.1, early_hessian(&SPRING, -2.0).1.1);
    close(left, 3.0 * SPRING.stiffness * 1.7);
    close(right, 140.9416875);
}

#[test]
fn of_traits() {
    let expected = SPRING.stiffness * SPRING.rest;
    close(SPRING.twice_hessian(2.0).1.1, 2.0 * expected * 12.0);
    close(by_trait_hessian(&SPRING, 2.0).1.1, 2.0 * expected * 48.0);
    close(by_generic_hessian(&SPRING, 2.0).1.1, 2.0 * expected * 48.0);
    close(SPRING.twice_jacobian(2.0).1, 2.0 * expected * 12.0);
}

// Operators of the user's own types: on values and references, with floats, generic, and of what is not `Copy`.
mod operators {
    #![allow(clippy::suspicious_arithmetic_impl)]
    use std::ops::{Add, Div, Mul, Neg, Sub};

    use autodiff_runtime::{Differentiable, Float, grad};
    #[derive(Clone, Copy, Debug, Differentiable)]
    struct V {
        x: f64,
        y: f64,
    }
    #[grad(hessian)]
    impl Mul for V {
        type Output = V;
        fn mul(self, o: V) -> V {
            V { x: self.x * o.x - self.y * o.y, y: self.x * o.y + self.y * o.x }
        }
    }
    #[grad(hessian)]
    impl Add for V {
        type Output = V;
        fn add(self, o: V) -> V {
            V { x: self.x + o.x, y: self.y + o.y }
        }
    }
    #[grad(hessian)]
    impl Mul<f64> for V {
        type Output = V;
        fn mul(self, o: f64) -> V {
            V { x: self.x * o, y: self.y * o }
        }
    }
    #[grad(hessian)]
    impl<'a> Sub<&'a V> for &'a V {
        type Output = V;
        fn sub(self, o: &'a V) -> V {
            V { x: self.x - o.x * o.x, y: self.y - o.y }
        }
    }
    #[grad(hessian)]
    impl Neg for V {
        type Output = V;
        fn neg(self) -> V {
            V { x: -self.x, y: -self.y }
        }
    }
    #[grad(hessian)]
    fn f(p: &[f64; 3]) -> f64 {
        let a = V { x: p[0], y: p[1] };
        let b = V { x: p[1] * p[2], y: p[2].sin() };
        let mut c = a * b + a * p[2];
        for _ in 0..3 {
            c = c * a + -b;
        }
        let d = &c - &a;
        d.x * d.x + d.y * c.x
    }
    #[derive(Clone, Debug, Differentiable)]
    struct W {
        x: Vec<f64>,
        k: f64,
    }
    #[grad(hessian)]
    impl Mul<f64> for W {
        type Output = W;
        fn mul(self, o: f64) -> W {
            let mut x = self.x;
            for v in x.iter_mut() {
                *v = *v * o * self.k;
            }
            W { x, k: self.k }
        }
    }
    #[grad(hessian)]
    impl Mul<&W> for &W {
        type Output = f64;
        fn mul(self, o: &W) -> f64 {
            let mut s = self.k * o.k;
            for i in 0..self.x.len() {
                s += self.x[i] * o.x[i] * o.x[i];
            }
            s
        }
    }
    #[derive(Clone, Copy, Debug, Differentiable)]
    struct C<T> {
        re: T,
        im: T,
    }
    #[grad(hessian)]
    impl<T: Float> Mul for C<T> {
        type Output = C<T>;
        fn mul(self, o: C<T>) -> C<T> {
            C { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
        }
    }
    #[grad(hessian)]
    impl<T: Float> Div<T> for C<T> {
        type Output = C<T>;
        fn div(self, o: T) -> C<T> {
            C { re: self.re / o, im: self.im / o }
        }
    }
    #[derive(Clone, Copy, Debug, Differentiable)]
    struct P {
        a: C<f64>,
        s: f64,
    }
    impl P {
        #[grad(hessian)]
        fn go(&self, n: usize) -> f64 {
            let mut z = self.a;
            for _ in 0..n {
                z = z * self.a / self.s;
            }
            z.re * z.im
        }
    }
    #[grad(hessian)]
    fn g(p: &[f64; 3]) -> f64 {
        let w = W { x: vec![p[0], p[1] * p[2]], k: p[2] };
        let v = w.clone() * p[1];
        let t = &w * &v;
        let c = C { re: t, im: p[0] } * C { re: p[1], im: 0.5 };
        let q = P { a: C { re: c.re * 0.1, im: p[2] }, s: 1.5 };
        q.go(2) * c.im
    }
    #[grad(hessian)]
    impl Mul<V2> for f64 {
        type Output = V2;
        fn mul(self, o: V2) -> V2 {
            V2(self * o.0, self.sin() * o.1)
        }
    }
    #[derive(Clone, Copy, Debug, Differentiable)]
    struct V2(f64, f64);
    #[grad(hessian)]
    fn h(p: &[f64; 3]) -> f64 {
        let v = V2(p[0], p[1]);
        let w = p[2] * v;
        let u = if p[0] > 0.0 { p[1] * w } else { w };
        u.0 * u.1
    }

    fn check(hessian: [[f64; 3]; 3], grad: impl Fn(&[f64; 3]) -> [f64; 3]) {
        let at = |i: usize, by: f64| {
            let mut p = [0.3, 0.5, 0.7];
            p[i] += by;
            grad(&p)
        };
        for i in 0..3 {
            let (above, below) = (at(i, 1e-5), at(i, -1e-5));
            for j in 0..3 {
                let expected = (above[j] - below[j]) / 2e-5;
                let error = (hessian[i][j] - expected).abs();
                assert!(error < 1e-7 * (1.0 + expected.abs()), "{i} {j}: {error}");
                assert!((hessian[i][j] - hessian[j][i]).abs() < 1e-12 * (1.0 + expected.abs()));
            }
        }
    }

    #[test]
    fn second_derivatives_pass_through_operators() {
        let p = [0.3, 0.5, 0.7];
        check(f_hessian(&p), f_grad);
        check(g_hessian(&p), g_grad);
        check(h_hessian(&p), h_grad);
        let product = f_hvp(&p, [1.0, 0.0, 2.0]);
        let rows = f_hessian(&p);
        for i in 0..3 {
            assert!((product[i] - rows[i][0] - 2.0 * rows[i][2]).abs() < 1e-12);
        }
    }
}

#[derive(Clone, Copy, Debug, Differentiable)]
struct Sides {
    a: f64,
    b: f64,
}

impl Sides {
    #[grad(hessian)]
    fn scaled(&self, k: f64) -> (f64, f64) {
        (self.a * k, self.b * self.a)
    }
}

#[grad(hessian, wrt(sides))]
fn of_a_pair(sides: Sides, k: f64) -> f64 {
    let (a, b) = sides.scaled(k);
    a * b
}

/// `k a² b`.
#[test]
fn methods_that_return_tuples() {
    let rows = of_a_pair_hessian(Sides { a: 1.0, b: 2.0 }, 3.0);
    assert_eq!((rows[0].a, rows[0].b, rows[1].a, rows[1].b), (12.0, 6.0, 6.0, 0.0));
}
