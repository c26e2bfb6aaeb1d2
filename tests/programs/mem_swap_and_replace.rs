// `std::mem::swap`, `replace` and `take`: buffers that change places, without a copy.

use std::mem;

#[grad(jvp)]
pub fn ping_pong(x: &[f64], steps: usize) -> f64 {
    let n = x.len();
    let mut current = x.to_vec();
    let mut next = vec![0.0; n];
    for _ in 0..steps {
        for i in 0..n {
            next[i] = current[i] * current[(i + 1) % n] + 0.25;
        }
        mem::swap(&mut current, &mut next);
    }
    current[0] * next[0]
}

#[grad(jvp)]
pub fn scalars(x: f64, y: f64) -> f64 {
    let (mut a, mut b) = (x * y, x + y);
    if a > b {
        std::mem::swap(&mut a, &mut b);
    }
    let old = mem::replace(&mut a, b * b);
    let taken = mem::take(&mut b);
    a * old + taken + b
}

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

#[derive(autodiff_runtime::Differentiable, Clone, Debug, Default, PartialEq)]
pub struct State {
    pub now: Vec<f64>,
    pub next: Vec<f64>,
    pub point: Point,
    pub other: Point,
    pub factor: f64,
}

autodiff_tests::flat! {
    Point, PointTangent;
    State, StateTangent;
}

#[grad(jvp)]
pub fn structs(mut a: Point, mut b: Point, x: f64) -> f64 {
    if x > 0.0 {
        mem::swap(&mut a, &mut b);
    }
    a.x *= x;
    mem::swap(&mut a.x, &mut b.y);
    let old = mem::replace(&mut a, Point { x, y: b.x * x });
    let taken = mem::take(&mut b.x);
    let whole = mem::take(&mut b);
    old.x * a.y + taken * whole.y + old.y * whole.x + b.x
}

#[grad(jvp)]
pub fn fields(s: &mut State, x: f64) -> f64 {
    for _ in 0..3 {
        for i in 0..s.now.len() {
            s.next[i] = s.now[i] * x;
        }
        mem::swap(&mut s.now, &mut s.next);
    }
    mem::swap(&mut s.point, &mut s.other);
    s.point.x *= x;
    let factor = mem::replace(&mut s.factor, x * x);
    s.now[0] * s.point.x * factor + s.factor * s.next[1]
}

#[grad(jvp)]
pub fn defaults(x: f64) -> f64 {
    let mut a: Point = Default::default();
    a.x += x * x;
    let b = Point { y: x.sin(), ..Default::default() };
    let c = Point { x, ..Point::default() };
    a.x * b.y + (b.x + c.y) * c.x
}

pub fn cases(c: &mut Checker) {
    check!(c, ping_pong(&vec![0.5, -1.25, 0.75], const 3) -> f64);
    check!(c, ping_pong(&vec![0.5, -1.25, 0.75], const 2) -> f64);
    check!(c, scalars(0.5, 1.25) -> f64);
    check!(c, scalars(2.5, 3.25) -> f64);
    let (p, q) = (Point { x: 0.5, y: -1.25 }, Point { x: 0.75, y: 1.5 });
    check!(c, structs(p, q, 0.875) -> f64);
    check!(c, structs(p, q, -0.875) -> f64);
    let state = State { now: vec![0.5, -1.25], next: vec![0.75, 1.5], point: p, other: q, factor: 1.25 };
    check!(c, fields(&mut state.clone(), 0.875) -> f64);
    check!(c, defaults(0.875) -> f64);
}
