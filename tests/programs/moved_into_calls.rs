// Vectors and structs that a call makes and another takes, that move in one branch only, that replace what they were made of.

#[derive(autodiff_runtime::Differentiable, Clone, Debug, PartialEq)]
pub struct State {
    pub a: f64,
    pub v: Vec<f64>,
}

#[derive(autodiff_runtime::Differentiable, Clone, Debug, PartialEq)]
pub struct Arrow {
    pub x: f64,
    pub y: f64,
}

#[derive(autodiff_runtime::Differentiable, Clone, Debug, PartialEq)]
pub struct Ball {
    pub place: Arrow,
    pub speed: Arrow,
}

autodiff_tests::flat! {
    State, StateTangent;
    Arrow, ArrowTangent;
    Ball, BallTangent;
}

#[grad(jvp)]
fn pair(x: f64) -> Vec<f64> {
    vec![x, x * x]
}

#[grad(jvp)]
fn product(v: Vec<f64>) -> f64 {
    v[0] * v[1]
}

#[grad(jvp)]
fn squares(v: Vec<f64>) -> Vec<f64> {
    v.iter().map(|x| x * x).collect()
}

#[grad(jvp)]
fn mixed(v: Vec<f64>) -> Vec<f64> {
    let mut w = v;
    w[0] *= w[1];
    w
}

#[grad(jvp)]
fn state(x: f64) -> State {
    State { a: x, v: vec![2.0, x] }
}

#[grad(jvp)]
fn consumed(s: State) -> f64 {
    s.a * s.v[1]
}

#[grad(jvp)]
pub fn handed_on(x: f64) -> f64 {
    product(squares(pair(x))) + consumed(state(x))
}

#[grad(jvp)]
pub fn of_parameter(v: Vec<f64>) -> f64 {
    let k = v[0];
    if k > 1.0 { product(v) * k } else { product(mixed(v)) * k * k }
}

#[grad(jvp)]
pub fn replaced_until(v: Vec<f64>) -> Vec<f64> {
    let mut out = v;
    for _ in 0..4 {
        if out[0] > 5.0 {
            return out;
        }
        out = mixed(out);
    }
    out
}

#[grad(jvp)]
pub fn part_moves(s: State) -> f64 {
    product(s.v) * s.a
}

#[grad]
pub fn put_together(s: State, k: f64) -> State {
    let State { a, v } = s;
    State { a: a * a * k, v: mixed(v) }
}

impl Arrow {
    #[grad(jvp)]
    pub fn scaled(&self, k: f64) -> Arrow {
        Arrow { x: self.x * k, y: self.y * k * k }
    }
}

#[grad(jvp)]
pub fn damped(ball: &mut Ball, k: f64) {
    ball.speed = ball.speed.scaled(k);
    ball.place = ball.speed.clone();
}

pub fn cases(c: &mut Checker) {
    check!(c, handed_on(1.25) -> f64);
    check!(c, of_parameter(vec![1.25, 2.0]) -> f64);
    check!(c, of_parameter(vec![0.75, 2.0]) -> f64);
    check!(c, replaced_until(vec![1.375, 2.0]) -> Vec<f64>);
    check!(c, replaced_until(vec![0.25, 1.5]) -> Vec<f64>);
    let one = State { a: 1.5, v: vec![0.5, 2.0] };
    check!(c, part_moves(one.clone()) -> f64);
    check!(c, put_together(one, 1.5) -> State; no jvp);
    let ball = Ball { place: Arrow { x: 1.5, y: 0.5 }, speed: Arrow { x: -0.75, y: 2.0 } };
    check!(c, damped(&mut ball.clone(), 1.25) -> ());
}
