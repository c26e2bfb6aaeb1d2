use std::ops::Mul;

use autodiff_runtime::grad;

#[derive(Clone, Copy)]
pub struct Stiffness(f64);

impl Mul<f64> for Stiffness {
    type Output = f64;

    fn mul(self, x: f64) -> f64 {
        self.0 * x * x
    }
}

impl Mul<Stiffness> for f64 {
    type Output = f64;

    fn mul(self, k: Stiffness) -> f64 {
        k * self
    }
}

const SPRING: Stiffness = Stiffness(2.0);

#[grad]
pub fn force(x: f64) -> f64 {
    SPRING * x
}

fn main() {}
