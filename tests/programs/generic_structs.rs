// Methods, operators and traits of structs that are generic over their float or over constants.

use num_traits::Float;
use std::ops::{Add, AddAssign, Mul, Sub};

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Vec3<T> {
    pub x: T,
    pub y: T,
    pub z: T,
}

#[grad(jvp)]
impl<T: Float> Vec3<T> {
    pub fn new(x: T, y: T, z: T) -> Self {
        Self { x, y, z }
    }

    pub fn dot(self, other: Self) -> T {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    pub fn cross(&self, other: &Self) -> Self {
        Self::new(
            self.y * other.z - self.z * other.y,
            self.z * other.x - self.x * other.z,
            self.x * other.y - self.y * other.x,
        )
    }

    pub fn normalize(&mut self) {
        let norm = self.dot(*self).sqrt();
        self.x = self.x / norm;
        self.y = self.y / norm;
        self.z = self.z / norm;
    }
}

#[grad(jvp)]
impl<T: Float> Add for Vec3<T> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Vec3 { x: self.x + other.x, y: self.y + other.y, z: self.z + other.z }
    }
}

#[grad(jvp)]
impl<T> Sub for Vec3<T>
where
    T: Float,
{
    type Output = Vec3<T>;

    fn sub(self, other: Vec3<T>) -> Vec3<T> {
        Vec3 { x: self.x - other.x, y: self.y - other.y, z: self.z - other.z }
    }
}

#[grad(jvp)]
impl<T: Float> Mul<T> for Vec3<T> {
    type Output = Vec3<T>;

    fn mul(self, k: T) -> Vec3<T> {
        Vec3 { x: self.x * k, y: self.y * k, z: self.z * k }
    }
}

#[grad(jvp)]
impl<T: Float + AddAssign> AddAssign for Vec3<T> {
    fn add_assign(&mut self, other: Self) {
        self.x += other.x;
        self.y += other.y;
        self.z += other.z;
    }
}

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Matrix<const R: usize, const C: usize> {
    pub a: [[f64; C]; R],
}

impl<const R: usize, const C: usize> Matrix<R, C> {
    #[grad(jvp)]
    pub fn times(&self, x: &[f64; C]) -> [f64; R] {
        let mut y = [0.0; R];
        for i in 0..R {
            for j in 0..C {
                y[i] += self.a[i][j] * x[j];
            }
        }
        y
    }
}

#[grad(jvp)]
pub trait Model<T: Float> {
    fn predict(&self, x: T) -> T;

    fn error(&self, x: T, y: T) -> T {
        let residual = self.predict(x) - y;
        residual * residual
    }
}

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Line<T> {
    pub slope: T,
    pub offset: T,
}

#[grad(jvp)]
impl<T: Float> Model<T> for Line<T> {
    fn predict(&self, x: T) -> T {
        self.slope * x + self.offset
    }
}

#[grad(jvp)]
pub fn volume<T: Float>(a: [T; 3], b: [T; 3], k: T) -> T {
    let mut a = Vec3::new(a[0], a[1], a[2]);
    let b = Vec3::new(b[0], b[1], b[2]);
    a.normalize();
    let c = a.cross(&b) * k;
    c.dot(a + b) + (b - c).dot(a)
}

#[grad(jvp)]
pub fn concrete(a: [f64; 3], b: [f64; 3], k: f64) -> f64 {
    let mut sum = Vec3 { x: k, y: 0.0, z: a[1] };
    for i in 0..3 {
        sum += Vec3::new(a[i], b[i], k) * b[0];
    }
    volume(a, b, k) * sum.dot(sum)
}

#[grad(jvp)]
pub fn rows<const N: usize, const M: usize>(a: &[[f64; N]; M], x: &[f64; N]) -> [f64; M] {
    let mut y = [0.0; M];
    for i in 0..M {
        for j in 0..N {
            y[i] += a[i][j] * x[j];
        }
    }
    y
}

// What is called `M` there is called `N` here.
#[grad(jvp)]
pub fn quadratic<const N: usize>(a: [[f64; N]; N], x: [f64; N]) -> f64 {
    let y = rows(&a, &x);
    let mut sum = 0.0;
    for i in 0..N {
        sum += y[i] * x[i];
    }
    sum
}

#[grad(jvp)]
pub fn product(a: [[f64; 2]; 3], x: [f64; 2]) -> f64 {
    let m = Matrix { a };
    let y = m.times(&x);
    y[0] * y[1] + y[2]
}

#[grad(jvp)]
pub fn errors(slope: f64, offset: f64, x: &[f64]) -> f64 {
    let line = Line { slope, offset };
    let mut sum = line.predict(2.0);
    for i in 0..x.len() {
        sum += line.error(x[i], 1.0);
    }
    sum
}

pub fn cases(c: &mut Checker) {
    check!(c, volume([0.5, -1.25, 0.75], [0.25, 1.5, -0.5], 0.75) -> f64);
    check!(c, concrete([0.5, -1.25, 0.75], [0.25, 1.5, -0.5], 0.75) -> f64);
    check!(c, quadratic([[0.5, -1.25], [0.75, 0.25]], [0.75, 1.25]) -> f64);
    check!(c, product([[0.5, -1.25], [0.75, 0.25], [1.5, -0.5]], [0.75, 1.25]) -> f64);
    check!(c, errors(0.5, -0.25, &vec![0.5, 1.25, -0.75]) -> f64);
}
