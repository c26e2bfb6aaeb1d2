// Methods after methods, in method form, path form and mixed.

#[grad(jvp)]
pub fn chained(x: f64, y: f64) -> f64 {
    x.sin().powi(2).mul_add(y, x.cos().abs()).sqrt().ln_1p().max(y.min(x))
}

#[grad(jvp)]
pub fn paths(x: f64, y: f64) -> f64 {
    let a = f64::sin(f64::exp(x) * y);
    let b = f64::max(a, f64::hypot(x, y));
    f64::powi(b, 3) + f64::atan2(y, x).tanh() + <f64>::sqrt(x)
}

#[grad(jvp)]
pub fn on_parentheses_and_literals(x: f64, n: i32) -> f64 {
    (x + 1.0).ln() + (-x).exp() - -x.powi(2)
        + 2.0_f64.powf(x)
        + (n as f64 * x).sin()
        + (if n > 0 { x } else { -x }).cosh()
        + { x * x }.tanh()
}

#[grad(jvp)]
pub fn on_elements(x: &[f64; 3]) -> f64 {
    x[0].sin() * x[1].exp() + x[x[2].is_nan() as usize].cos().sin_cos().0
}

pub fn cases(c: &mut Checker) {
    check!(c, chained(0.75, 0.5) -> f64);
    check!(c, paths(0.75, 0.5) -> f64);
    check!(c, on_parentheses_and_literals(0.75, const 2) -> f64);
    check!(c, on_elements(&[0.5, -1.25, 0.75]) -> f64);
}
