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
