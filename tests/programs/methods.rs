// Methods and associated functions: every kind of receiver, calls of one another, in loops, chained, on parts, recursive.

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Vec3 {
    pub x: f64,
    pub y: f64,
    pub z: f64,
}

impl Vec3 {
    const ZERO: Vec3 = Vec3 { x: 0.0, y: 0.0, z: 0.0 };

    #[grad(jvp)]
    pub fn new(x: f64, y: f64, z: f64) -> Self {
        Self { x, y, z }
    }

    #[grad(jvp)]
    pub fn dot(&self, other: &Vec3) -> f64 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    #[grad(jvp)]
    pub fn norm(self) -> f64 {
        self.dot(&self).sqrt()
    }

    #[grad(jvp)]
    pub fn cross(&self, other: &Vec3) -> Vec3 {
        Vec3 {
            x: self.y * other.z - self.z * other.y,
            y: self.z * other.x - self.x * other.z,
            z: self.x * other.y - self.y * other.x,
        }
    }

    #[grad(jvp)]
    pub fn scaled(mut self, k: f64) -> Vec3 {
        self.x *= k;
        self.y *= k;
        self.z *= k;
        self
    }

    /// An associated function that nothing in it tells from a free one.
    #[grad(jvp)]
    pub fn mix(a: f64, b: f64, t: f64) -> f64 {
        a + (b - a) * t
    }

    #[grad(jvp)]
    pub fn components(&self) -> [f64; 3] {
        [self.x, self.y, self.z]
    }
}

#[derive(autodiff_runtime::Differentiable, Clone, Debug, PartialEq)]
pub struct Body {
    pub position: Vec3,
    pub velocity: Vec3,
    pub trace: Vec<f64>,
    #[no_diff]
    pub damping: f64,
}

#[grad(jvp)]
impl Body {
    fn energy(&self, k: f64) -> f64 {
        0.5 * self.velocity.dot(&self.velocity) + k * self.position.norm()
    }

    pub fn step(&mut self, dt: f64, i: usize) {
        let a = self.position.cross(&self.velocity);
        self.velocity.x += dt * a.x - self.damping * self.position.x;
        self.velocity.y *= 1.0 + dt * a.y;
        self.position = Vec3::new(
            Vec3::mix(self.position.x, self.velocity.x, dt),
            self.position.y + dt * self.velocity.y,
            self.position.z,
        );
        self.trace[i] = self.energy(dt);
    }

    fn sum(&self, from: usize, weights: &[f64]) -> f64 {
        if from == self.trace.len() {
            return 0.0;
        }
        self.trace[from] * weights[from] + self.sum(from + 1, weights)
    }

    fn take(self, weights: Vec<f64>) -> f64 {
        self.trace[0] * weights[1] + self.position.x
    }

    fn write(&self, out: &mut [f64], total: &mut f64) {
        for i in 0..out.len() {
            out[i] = out[i] * self.trace[i] + self.position.z;
            *total += out[i];
        }
    }
}

/// Only the arguments are differentiated: the type itself need not be `Differentiable`.
pub struct Model {
    pub scale: f64,
    pub degree: i32,
}

impl Model {
    #[grad(jvp, wrt(x, w))]
    pub fn evaluate(&self, x: f64, w: &[f64]) -> f64 {
        let mut sum = 0.0;
        for i in 0..w.len() {
            sum += w[i] * x.powi(self.degree + i as i32);
        }
        sum * self.scale
    }
}

#[grad(jvp)]
pub fn chained(a: &Vec3, b: Vec3, k: f64) -> f64 {
    a.cross(&b).dot(&b.scaled(k)) + a.cross(&Vec3::new(k, 1.0, a.x)).scaled(2.0).norm()
}

#[grad(jvp)]
pub fn simulate(body: &Body, dt: f64, n: usize) -> f64 {
    let mut body = body.clone();
    let mut total = 0.0;
    for i in 0..n {
        body.step(dt, i);
        total += body.energy(0.5) * body.position.x;
    }
    total * body.sum(0, &body.trace)
}

#[grad(jvp)]
pub fn in_place(body: &mut Body, dt: f64) -> f64 {
    body.step(dt, 1);
    if body.position.x > -10.0 {
        body.velocity.z *= dt;
    }
    body.step(dt, 0);
    let Body { trace, .. } = body.clone();
    trace[0] * trace[1]
}

#[grad(jvp)]
pub fn over_elements(points: &[Vec3], at: [Vec3; 2]) -> f64 {
    let mut sum = 0.0;
    let mut last = Vec3::ZERO;
    for (i, p) in points.iter().enumerate() {
        let c = p.components();
        sum += p.dot(&at[i % 2]) * c[1] + at[0].cross(p).norm() * last.x;
        last = p.cross(&last).scaled(0.5);
        last = if i == 0 { *p } else { last };
    }
    sum + last.norm()
}

#[grad(jvp)]
pub fn given_away(body: Body, weights: Vec<f64>) -> f64 {
    let x = body.position.x;
    x * body.take(weights)
}

#[grad(jvp)]
pub fn buffers(body: &Body, out: &mut [f64], k: f64) -> f64 {
    let mut total = k;
    let mut scratch = [k, 2.0];
    body.write(&mut scratch, &mut total);
    body.write(out, &mut total);
    body.write(&mut out[..1], &mut total);
    total * scratch[1]
}

#[grad(jvp)]
pub fn by_path(a: Vec3, b: Vec3) -> f64 {
    let c = Vec3::cross(&a, &b);
    Vec3::dot(&c, &a) + Vec3::dot(&b, &b)
}

#[grad(jvp)]
pub fn constant_receiver(x: f64, w: &[f64]) -> f64 {
    let model = Model { scale: 0.5, degree: 2 };
    let plain = Vec3 { x: 1.0, y: 2.0, z: 2.0 };
    model.evaluate(x * x, w) * plain.norm()
}

fn body() -> Body {
    Body {
        position: Vec3 { x: 0.5, y: -0.75, z: 1.25 },
        velocity: Vec3 { x: 1.5, y: 0.25, z: -0.5 },
        trace: vec![0.5, 1.5],
        damping: 0.125,
    }
}

autodiff_tests::flat! {
    Vec3, Vec3Tangent;
    Body, BodyTangent;
}

pub fn cases(c: &mut Checker) {
    let (a, b) = (Vec3 { x: 0.5, y: -1.25, z: 0.75 }, Vec3 { x: 0.25, y: 1.5, z: -0.5 });
    check!(c, chained(&a, b, 0.75) -> f64);
    check!(c, simulate(&body(), 0.25, const 2) -> f64);
    check!(c, in_place(&mut body(), 0.25) -> f64);
    check!(c, over_elements(&vec![a, b, a], [Vec3 { x: 1.0, y: 0.5, z: -0.25 }, a]) -> f64);
    check!(c, given_away(body(), vec![0.75, 1.25]) -> f64);
    check!(c, buffers(&body(), &mut vec![0.5, 0.25], 0.75) -> f64);
    check!(c, by_path(a, b) -> f64);
    check!(c, constant_receiver(0.75, &vec![0.5, 1.5]) -> f64);

    // What stands beside a method itself.
    let (da, db) = a.dot_grad(&b);
    assert_eq!(((da.x, da.y, da.z), (db.x, db.y, db.z)), ((b.x, b.y, b.z), (a.x, a.y, a.z)));
    assert_eq!(a.dot_value_and_grad(&b), (a.dot(&b), (da, db)));
    let (value, residuals) = a.dot_forward(&b);
    assert_eq!((value, Vec3::dot_reverse(&residuals, 1.0)), (a.dot(&b), (da, db)));
    let (mut into_a, mut into_b) = (db, da);
    assert_eq!(a.dot_grad_into(&b, &mut into_a, &mut into_b), a.dot(&b));
    assert_eq!((into_a, into_b), (da, db));
    assert_eq!(a.dot_jvp(&b, (db, da)).1, 2.0 * a.dot(&b));
    assert_eq!(a.scaled_vjp(2.0, da), (a.scaled(2.0), (b.scaled_vjp(2.0, da).1.0, a.dot(&b))));
    assert_eq!(Vec3::mix_grad(1.0, 2.0, 0.25), (0.75, 0.25, 1.0));
    let mut moved = body();
    let mut adjoint = body().energy_grad(0.5).0;
    let (_, dt) = moved.step_vjp(0.25, 1, &mut adjoint);
    let mut again = body().energy_grad(0.5).0;
    let (_, residuals) = body().step_forward(0.25, 1);
    assert_eq!(Body::step_reverse(&residuals, &mut again), dt);
    assert_eq!(again, adjoint);
    assert_eq!(moved, {
        let mut moved = body();
        moved.step(0.25, 1);
        moved
    });
    let model = Model { scale: 0.5, degree: 1 };
    assert_eq!(model.evaluate_grad(2.0, &[0.5, 1.5]), (3.25, vec![1.0, 2.0]));
}
