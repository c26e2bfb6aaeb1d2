// `Sum` and `Product` of one's own types, of values and of references.

use std::iter::{Product, Sum};
use std::ops::{Add, Mul};

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, Default, PartialEq)]
pub struct Vec2 {
    pub x: f64,
    pub y: f64,
}

impl Vec2 {
    pub const ZERO: Vec2 = Vec2 { x: 0.0, y: 0.0 };
}

#[grad(jvp)]
impl Add for Vec2 {
    type Output = Vec2;

    #[grad(jvp)]
    fn add(self, other: Vec2) -> Vec2 {
        Vec2 { x: self.x + other.x, y: self.y + other.y }
    }
}

impl Sum for Vec2 {
    fn sum<I: Iterator<Item = Vec2>>(iter: I) -> Vec2 {
        iter.fold(Vec2::ZERO, |a, b| a + b)
    }
}

impl<'a> Sum<&'a Vec2> for Vec2 {
    fn sum<I: Iterator<Item = &'a Vec2>>(iter: I) -> Vec2 {
        iter.copied().sum()
    }
}

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Complex {
    pub re: f64,
    pub im: f64,
}

#[grad(jvp)]
impl Mul for Complex {
    type Output = Complex;

    #[grad(jvp)]
    fn mul(self, other: Complex) -> Self {
        Complex { re: self.re * other.re - self.im * other.im, im: self.re * other.im + self.im * other.re }
    }
}

impl Product for Complex {
    fn product<I: Iterator<Item = Self>>(all: I) -> Self {
        let mut product = Complex { re: 1.0, im: 0.0 };
        for factor in all {
            product = product * factor;
        }
        product
    }
}

autodiff_tests::flat! {
    Vec2, Vec2Tangent;
    Complex, ComplexTangent;
}

#[grad(jvp)]
pub fn of_references(all: &[Vec2], k: f64) -> f64 {
    let sum: Vec2 = all.iter().sum();
    sum.x * sum.y * k
}

#[grad(jvp)]
pub fn of_values(all: &[Vec2], k: f64) -> f64 {
    let sum = all.iter().map(|p| Vec2 { x: p.x * k, ..*p }).sum::<Vec2>();
    sum.x * sum.y
}

#[grad(jvp)]
pub fn returned(all: &[Vec2]) -> Vec2 {
    all.iter().filter(|p| p.x > 0.0).copied().sum()
}

#[grad(jvp)]
pub fn product(all: &[Complex], k: f64) -> f64 {
    let scaled: Complex = all.iter().map(|c| Complex { re: c.re * k, im: c.im }).product();
    let plain: Complex = all.iter().copied().product();
    scaled.re * plain.im
}

pub fn cases(c: &mut Checker) {
    let all = vec![Vec2 { x: 0.5, y: -1.25 }, Vec2 { x: 0.75, y: 1.5 }, Vec2 { x: -0.25, y: 2.5 }];
    check!(c, of_references(&all, 0.875) -> f64);
    check!(c, of_values(&all, 0.875) -> f64);
    check!(c, returned(&all) -> Vec2);
    check!(c, product(&vec![Complex { re: 0.5, im: 1.5 }, Complex { re: -0.75, im: 1.25 }], 0.875) -> f64);
}
