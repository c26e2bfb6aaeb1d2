// Calls between differentiated functions: nested, in both operands, before the definition.

#[grad(jvp)]
pub fn mish(x: f64) -> f64 {
    x * softplus(x).tanh()
}

#[grad(jvp)]
pub fn softplus(x: f64) -> f64 {
    x.exp().ln_1p()
}

#[grad(jvp)]
pub fn interpolate(a: f64, b: f64, t: f64) -> f64 {
    a + (b - a) * t
}

#[grad(jvp)]
pub fn de_casteljau(a: f64, b: f64, c: f64, t: f64) -> f64 {
    interpolate(interpolate(a, b, t), interpolate(b, c, t), t)
}

#[grad(jvp)]
pub fn with_constants(x: f64) -> f64 {
    let y = interpolate(1.0, 2.0, x) * interpolate(x, 0.5, 0.25);
    let inactive = interpolate(1.0, 3.0, 0.5);
    y * inactive + mish(mish(x)) - mish(-x)
}

pub fn cases(c: &mut Checker) {
    check!(c, mish(0.75) -> f64);
    check!(c, de_casteljau(0.5, -1.25, 2.0, 0.375) -> f64);
    check!(c, with_constants(0.75) -> f64);
}
