use autodiff_runtime::{Differentiable, grad};

#[derive(Clone, Copy, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

#[grad(batch)]
fn of_struct(p: Point) -> f64 {
    p.x * p.y
}

#[grad(batch)]
fn in_out(x: &mut f64) -> f64 {
    *x *= 2.0;
    *x
}

#[grad(batch)]
fn maybe(x: f64) -> Option<f64> {
    (x > 0.0).then_some(x)
}

impl Point {
    #[grad(batch)]
    fn norm(&self) -> f64 {
        self.x.hypot(self.y)
    }
}

fn main() {}
