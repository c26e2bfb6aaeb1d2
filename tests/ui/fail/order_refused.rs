//! Derivatives of a higher order than there are.

use autodiff_runtime::{Differentiable, grad};

#[derive(Differentiable, Clone, Debug)]
struct Spring {
    stiffness: f64,
}

impl Spring {
    #[grad(order = 3)]
    fn energy(&self, x: f64) -> f64 {
        self.stiffness * x * x
    }
    #[grad]
    fn force(&self, x: f64) -> f64 {
        self.stiffness * x
    }
}

#[grad(order = 9)]
fn too_high(x: f64) -> f64 {
    x * x
}

#[grad(order)]
fn no_number(x: f64) -> f64 {
    x * x
}

#[grad(order = 3)]
fn in_place(x: &mut f64, k: f64) -> f64 {
    *x *= k;
    *x
}

#[grad(order = 3)]
fn through_a_method(spring: &Spring, x: f64) -> f64 {
    spring.force(x) * x
}

#[grad(order = 3)]
fn maybe(x: f64) -> Option<f64> {
    Some(x * x)
}

fn main() {}
