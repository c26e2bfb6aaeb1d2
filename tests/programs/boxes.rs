// What is in a `Box` is as good as the box.

#[derive(Clone, Copy, Debug, Default, PartialEq, autodiff_runtime::Differentiable)]
struct P { x: f64, y: f64 }

#[grad(jvp)]
pub fn boxed(x: &[f64]) -> f64 {
    let b = Box::new(x[0] * x[1]);
    let mut c: Box<f64> = Box::new(x[2]);
    *c *= 2.0;
    *b * *c + b.sin()
}

#[grad(jvp)]
pub fn boxed_slice(x: &[f64]) -> f64 {
    let b: Box<[f64]> = x.iter().map(|v| v * v).collect();
    let c = x.to_vec().into_boxed_slice();
    b.iter().zip(c.iter()).map(|(a, b)| a * b).sum()
}

#[grad(jvp)]
pub fn boxed_struct(x: &[f64]) -> f64 {
    let mut b = Box::new(P { x: x[0], y: x[1] });
    b.x *= 3.0;
    let f = Box::new(|t: f64| t * x[2]);
    f(b.x * b.y)
}

pub fn cases(c: &mut Checker) {
    let x = [0.7, -1.3, 2.1, 0.4, 1.9, -0.6];
    check!(c, boxed(&x) -> f64);
    check!(c, boxed_slice(&x) -> f64);
    check!(c, boxed_struct(&x) -> f64);
}
