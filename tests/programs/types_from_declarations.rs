// What fields, functions, methods and operators yield is told by where they are declared, in this file: nothing is annotated here.

use std::ops::{Add, AddAssign, Mul, Sub};

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, Default, PartialEq)]
pub struct V2 {
    pub x: f64,
    pub y: f64,
}

impl V2 {
    pub const ORIGIN: V2 = V2 { x: 0.0, y: 0.0 };

    #[grad(jvp)]
    pub fn length(self) -> f64 {
        (self.x * self.x + self.y * self.y).sqrt()
    }

    #[grad(jvp)]
    pub fn turned(self, by: f64) -> V2 {
        V2 { x: self.x * by.cos() - self.y * by.sin(), y: self.x * by.sin() + self.y * by.cos() }
    }

    #[grad(jvp)]
    pub fn parts(&self) -> (V2, f64) {
        (V2 { x: self.y, y: self.x }, self.x * self.y)
    }

    #[grad(jvp)]
    pub fn inverse(&self) -> Option<V2> {
        let length = self.length();
        if length < 0.1 {
            return None;
        }
        Some(V2 { x: self.x / length, y: self.y / length })
    }
}

#[grad(jvp)]
impl Add for V2 {
    type Output = V2;

    fn add(self, other: V2) -> V2 {
        V2 { x: self.x + other.x, y: self.y + other.y }
    }
}

#[grad(jvp)]
impl Sub for V2 {
    type Output = V2;

    fn sub(self, other: V2) -> V2 {
        V2 { x: self.x - other.x, y: self.y - other.y }
    }
}

#[grad(jvp)]
impl Mul<f64> for V2 {
    type Output = V2;

    fn mul(self, k: f64) -> V2 {
        V2 { x: self.x * k, y: self.y * k }
    }
}

/// The inner product.
#[grad(jvp)]
impl Mul for V2 {
    type Output = f64;

    fn mul(self, other: V2) -> f64 {
        self.x * other.x + self.y * other.y
    }
}

#[grad(jvp)]
impl AddAssign for V2 {
    fn add_assign(&mut self, other: V2) {
        self.x += other.x;
        self.y += other.y;
    }
}

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Body {
    pub position: V2,
    pub velocity: V2,
    pub mass: f64,
}

pub mod shapes {
    use super::grad;
    use super::{Body, V2};

    #[grad(jvp)]
    pub fn corner(a: f64) -> V2 {
        V2 { x: a.sin(), y: a.cos() }
    }

    #[grad(jvp)]
    pub fn body(a: f64, mass: f64) -> Body {
        Body { position: corner(a) * 2.0, velocity: corner(a + 1.0), mass }
    }
}

use shapes::body;

#[grad(jvp)]
pub fn energy(bodies: &[Body]) -> f64 {
    let mut energy = 0.0;
    for i in 0..bodies.len() {
        let b = &bodies[i];
        energy += 0.5 * b.mass * (b.velocity * b.velocity);
        for j in 0..i {
            let d = bodies[i].position - bodies[j].position;
            energy -= b.mass * bodies[j].mass / d.length();
        }
    }
    energy
}

#[grad(jvp)]
pub fn step(bodies: &mut [Body], dt: f64) {
    let n = bodies.len();
    for i in 0..n {
        let mut force = V2::ORIGIN;
        for j in 0..n {
            if i != j {
                let d = bodies[j].position - bodies[i].position;
                let r = d.length();
                force += d * (bodies[j].mass / (r * r * r));
            }
        }
        bodies[i].velocity += force * dt;
    }
    for b in bodies.iter_mut() {
        b.position += b.velocity * dt;
    }
}

#[grad(jvp)]
pub fn simulated(a: f64, mass: f64, dt: f64) -> f64 {
    let mut bodies = vec![body(a, mass), body(2.0 * a, 1.5), shapes::body(a - 2.0, 0.5)];
    for _ in 0..3 {
        step(&mut bodies, dt);
    }
    energy(&bodies)
}

#[grad(jvp)]
pub fn unannotated(a: f64, b: f64) -> f64 {
    let sum = shapes::corner(a) + shapes::corner(b).turned(a);
    let (swapped, product) = sum.parts();
    let inside = (shapes::corner(a) + swapped * b).x;
    let unit = sum.inverse().unwrap_or(V2::ORIGIN);
    match shapes::corner(b).inverse() {
        Some(direction) => direction * sum + product + inside,
        None => unit.length() * inside,
    }
}

// Lengths that are arguments; a name that another crate has, too.
#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Matrix<const R: usize, const C: usize> {
    pub rows: [[f64; C]; R],
}

#[grad(jvp)]
impl<const R: usize, const K: usize, const C: usize> Mul<Matrix<K, C>> for Matrix<R, K> {
    type Output = Matrix<R, C>;

    fn mul(self, other: Matrix<K, C>) -> Matrix<R, C> {
        let mut rows = [[0.0; C]; R];
        for i in 0..R {
            for j in 0..C {
                for k in 0..K {
                    rows[i][j] += self.rows[i][k] * other.rows[k][j];
                }
            }
        }
        Matrix { rows }
    }
}

impl<const R: usize, const C: usize> Matrix<R, C> {
    #[grad(jvp)]
    pub fn transpose(&self) -> Matrix<C, R> {
        let mut rows = [[0.0; R]; C];
        for i in 0..R {
            for j in 0..C {
                rows[j][i] = self.rows[i][j];
            }
        }
        Matrix { rows }
    }

    #[grad(jvp)]
    pub fn frobenius(&self) -> f64 {
        self.rows.iter().flatten().map(|v| v * v).sum::<f64>().sqrt()
    }
}

#[grad(jvp)]
pub fn gram(a: [[f64; 3]; 2], b: [[f64; 2]; 3]) -> f64 {
    let a = Matrix { rows: a };
    let b = Matrix { rows: b };
    let c = a * b;
    (c * c.transpose()).frobenius() + (b * a).frobenius()
}

// What an array of a length that only the compiler knows has: `map` is not that of an `Option`.
#[grad(jvp)]
pub fn product<const R: usize, const C: usize>(a: &[[f64; C]; R], x: &[f64; C]) -> [f64; R] {
    let mut y = [0.0; R];
    for i in 0..R {
        for j in 0..C {
            y[i] += a[i][j] * x[j];
        }
    }
    y
}

#[grad(jvp)]
pub fn network(first: [[f64; 2]; 3], second: [[f64; 3]; 2], x: [f64; 2]) -> f64 {
    let hidden = product(&first, &x).map(|v| v.tanh());
    product(&second, &hidden).iter().sum()
}

// Aliases of aliases, whose uses alone do not tell that they are numbers.
type Meters = f64;
type Length = Meters;
type Row = [Length; 2];

#[grad(jvp)]
pub fn aliased(a: Row, rows: &[Row], k: Length) -> Length {
    rows.iter().map(|r| (r[0] * a[0] + r[1] * a[1] + k).tanh()).sum()
}

// Parts of what has no derivative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    pub rounds: usize,
    pub weight: f64,
}

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Model {
    pub gain: f64,
    #[no_diff]
    pub settings: Settings,
}

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    pub first: Model,
    pub second: Model,
}

#[grad(jvp)]
pub fn response(pair: &Pair, x: f64) -> f64 {
    let mut y = x * pair.first.settings.weight;
    for _ in 0..pair.second.settings.rounds {
        y = (y * pair.first.gain).sin() + pair.second.gain * pair.second.settings.weight;
    }
    y * pair.first.settings.rounds as f64
}

#[grad(jvp)]
pub fn settled(a: f64, b: f64) -> f64 {
    let first = Model { gain: a, settings: Settings { rounds: 2, weight: 0.75 } };
    let second = Model { gain: b, settings: Settings { rounds: 3, weight: 1.25 } };
    response(&Pair { first, second }, a * b)
}

#[derive(autodiff_runtime::Differentiable, Clone, Debug, PartialEq)]
pub struct Rig {
    pub arms: [f64; 2],
    pub path: Vec<f64>,
    pub on: bool,
    pub turns: usize,
    pub load: f64,
    #[no_diff]
    pub name: String,
}

/// The other fields are those of another struct, also beside a vector; the length of `from_fn` is that of the field.
#[grad(jvp)]
pub fn replaced(x: &[f64]) -> f64 {
    let name = "rig".to_string();
    let rig =
        Rig { arms: [x[0], x[1]], path: x.to_vec(), on: x[2] > 0.0, turns: 2, load: x[2], name };
    let longer = Rig { arms: rig.arms.map(|arm| arm * x[2]), ..rig.clone() };
    let other = Rig {
        load: longer.arms[0] * rig.load,
        arms: std::array::from_fn(|i| longer.arms[i] * i as f64),
        ..longer.clone()
    };
    let mut last = Rig { path: other.path.iter().map(|at| at * at).collect(), ..other.clone() };
    for i in 0..4 {
        last = Rig {
            arms: [last.arms[1] * x[2], last.arms[0]],
            turns: last.turns + i,
            ..last.clone()
        };
    }
    let scale = if last.on { last.turns as f64 } else { 0.5 };
    last.path.iter().sum::<f64>() * other.arms[1] + last.arms[0] * last.load * scale
}

pub fn cases(c: &mut Checker) {
    check!(c, replaced(&vec![0.5, 1.25, 0.75]) -> f64);
    check!(c, replaced(&vec![0.5, 1.25, -0.75, 2.0]) -> f64);
    check!(c, settled(0.5, 1.25) -> f64);
    check!(c, simulated(0.5, 1.25, 0.125) -> f64);
    check!(c, unannotated(0.5, 1.25) -> f64);
    let a = [[0.1, 0.2, 0.3], [0.4, 0.5, 0.7]];
    let b = [[1.0, -0.2], [0.3, 0.6], [0.5, -0.1]];
    check!(c, gram(a, b) -> f64);
    check!(c, network(b, a, [0.7, 0.8]) -> f64);
    check!(c, aliased([0.1, 0.2], &vec![[1.0, 2.0], [0.5, -0.4]], 0.3) -> f64);
}
