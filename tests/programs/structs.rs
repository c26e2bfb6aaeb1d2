// Structs: literals, fields read and written, by value and by reference, nested, with constants among the fields.

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Vec2 {
    pub x: f64,
    pub y: f64,
}

#[derive(autodiff_runtime::Differentiable, Clone, Debug, PartialEq)]
pub struct State {
    pub pos: Vec2,
    pub vel: Vec2,
    pub history: Vec<f64>,
    pub weights: [f64; 3],
    pub count: usize,
    pub active: bool,
    pub name: String,
    #[no_diff]
    pub damping: f64,
}

autodiff_tests::flat! {
    Vec2, Vec2Tangent;
    State, StateTangent;
}

fn state() -> State {
    State {
        pos: Vec2 { x: 0.5, y: -0.75 },
        vel: Vec2 { x: 1.25, y: 0.25 },
        history: vec![0.5, -1.5, 0.25],
        weights: [0.75, 1.5, -0.5],
        count: 2,
        active: true,
        name: "s".to_owned(),
        damping: 0.875,
    }
}

#[grad(jvp)]
pub fn norm(p: Vec2) -> f64 {
    (p.x * p.x + p.y * p.y).sqrt()
}

#[grad(jvp)]
pub fn add(a: &Vec2, b: &Vec2, k: f64) -> Vec2 {
    Vec2 { x: a.x + k * b.x, y: a.y + k * b.y }
}

#[grad(jvp)]
pub fn shift(a: Vec2, t: f64) -> Vec2 {
    Vec2 { x: a.x + t * a.y, ..a }
}

#[grad(jvp)]
pub fn advance(s: &mut State, dt: f64) {
    s.pos.x += s.vel.x * dt;
    s.pos.y += s.vel.y * dt;
    s.vel.x *= s.damping;
    if s.active {
        s.vel.y = s.vel.y * s.pos.x;
    }
    s.history[1] = s.pos.x * s.weights[2];
}

#[grad(jvp)]
pub fn energy(s: &State, w: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..s.count {
        sum += s.history[i] * w[i] * s.weights[i];
    }
    let q = add(&s.pos, &s.vel, w[0]);
    sum + norm(q) * s.damping
}

#[grad(jvp)]
pub fn simulate(mut s: State, dt: f64) -> State {
    for _ in 0..4 {
        advance(&mut s, dt);
    }
    s
}

#[grad(jvp)]
pub fn local_struct(x: f64) -> f64 {
    let mut p = Vec2 { x, y: 2.0 * x };
    for _ in 0..3 {
        p.x = p.x * p.y;
        p.y += 1.0;
    }
    let q = p;
    p.x = 0.5;
    let Vec2 { x: a, y } = q;
    a * y + p.x
}

#[grad(jvp)]
pub fn many(ps: &[Vec2], more: Vec<Vec2>, fixed: [Vec2; 2]) -> f64 {
    let mut sum = 0.0;
    for p in ps {
        sum += p.x * p.y;
    }
    for i in 1..ps.len() {
        sum += (ps[i].x - ps[i - 1].x).powi(2);
    }
    for (p, q) in more.iter().zip(&fixed) {
        sum += p.x * q.y - p.y * q.x;
    }
    sum
}

#[grad(jvp)]
pub fn overwritten(a: Vec2, b: Vec2) -> f64 {
    let mut p = a;
    let mut total = 0.0;
    for i in 0..3 {
        total += p.x * p.y;
        p = Vec2 { x: p.y * b.x, y: p.x + b.y };
        if i == 1 {
            p = b;
        }
    }
    total + p.x
}

#[grad(jvp)]
pub fn references(s: &mut State) -> f64 {
    let p = &s.pos;
    let a = p.x * p.y;
    let v = &mut s.vel;
    v.x = v.x * a;
    v.y += v.x;
    let h = &mut s.history;
    h[0] *= v.y;
    let w = s.weights;
    a + h[0] * w[1]
}

#[grad(jvp)]
pub fn parameters(Vec2 { x, y }: Vec2, Vec2 { x: u, .. }: &Vec2) -> f64 {
    x * y * u
}

#[derive(autodiff_runtime::Differentiable, Clone, Debug, Default, PartialEq)]
pub struct Settings {
    pub gain: f64,
    pub offset: [f64; 2],
    pub steps: usize,
}

#[grad(jvp)]
pub fn by_default(x: f64) -> f64 {
    let mut settings = Settings { gain: x * x, ..Default::default() };
    settings.offset[1] += x;
    let mut other: Settings = Default::default();
    other.gain += settings.offset[1] * settings.gain;
    let (mut pair, zero): ([f64; 2], f64) = Default::default();
    pair[0] += x.sin();
    other.gain * pair[0] + zero * x
}

pub fn cases(c: &mut Checker) {
    check!(c, by_default(0.75) -> f64);
    let (a, b) = (Vec2 { x: 0.5, y: -1.25 }, Vec2 { x: 0.75, y: 1.5 });
    check!(c, norm(a) -> f64);
    check!(c, add(&a, &b, 0.75) -> Vec2);
    check!(c, shift(a, 0.75) -> Vec2);
    check!(c, advance(&mut state(), 0.25) -> ());
    check!(c, energy(&state(), &vec![0.75, 1.25]) -> f64);
    check!(c, simulate(state(), 0.25) -> State);
    check!(c, local_struct(0.75) -> f64);
    check!(c, many(&vec![a, b, a], vec![b, a], [a, b]) -> f64);
    check!(c, overwritten(a, b) -> f64);
    check!(c, references(&mut state()) -> f64);
    check!(c, parameters(a, &b) -> f64);
}
