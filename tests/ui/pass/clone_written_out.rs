// A `Clone` that is written out, and copies the fields as a derived one would.

use autodiff_runtime::{Differentiable, grad};

#[derive(Debug, PartialEq, Differentiable)]
struct Point {
    x: f64,
    all: Vec<f64>,
}

impl Clone for Point {
    fn clone(&self) -> Self {
        Self { x: self.x, all: self.all.clone() }
    }
}

#[derive(Copy, Debug, PartialEq, Differentiable)]
struct Pair(f64, f64);

impl Clone for Pair {
    fn clone(&self) -> Self {
        *self
    }
}

#[grad]
fn f(x: f64, all: &[f64]) -> f64 {
    let point = Point { x, all: all.to_vec() };
    let copy = point.clone();
    let pair = Pair(copy.x, point.all[0]).clone();
    pair.0 * pair.1 + copy.all[1]
}

fn main() {
    assert_eq!(f_grad(3.0, &[2.0, 5.0]), (2.0, vec![3.0, 1.0]));
}
