// `mod f` with a function `f` in it, brought out by `pub use f::f`, and used as `f`.
#![deny(warnings)]

mod norm {
    use autodiff_runtime::grad;

    #[grad(jvp)]
    pub fn norm(x: &[f64]) -> f64 {
        let mut sum: f64 = 0.0;
        for i in 0..x.len() {
            sum += x[i] * x[i];
        }
        sum.sqrt()
    }
}

pub use norm::norm;

mod area {
    pub const SCALE: f64 = 3.0;
}

use autodiff_runtime::grad;

#[grad(jvp)]
fn area(radius: f64) -> f64 {
    area::SCALE * radius * radius
}

#[grad(jvp)]
fn both(x: &[f64]) -> f64 {
    norm(x) + norm::norm(x) + area(x[0])
}

fn main() {
    assert_eq!(norm::norm_grad(&[0.0, 2.0]), [0.0, 1.0]);
    assert_eq!(both_grad(&[0.0, 2.0]), [0.0, 2.0]);
}
