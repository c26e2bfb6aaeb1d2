use autodiff_runtime::{Differentiable, grad};

#[derive(Debug, PartialEq, Differentiable)]
struct Halved {
    x: f64,
}

impl Clone for Halved {
    fn clone(&self) -> Halved {
        Halved { x: 0.5 * self.x }
    }
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Outer {
    inner: Halved,
}

#[grad]
fn of_one(x: f64) -> f64 {
    let half = Halved { x };
    half.clone().x
}

#[grad]
fn of_several(all: &[Outer]) -> f64 {
    let copies = all.to_vec();
    copies[0].inner.x
}

fn main() {}
