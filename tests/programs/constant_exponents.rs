// A partial derivative that is not needed is not evaluated: no logarithm of a negative base.

#[grad(jvp)]
pub fn even_power(x: f64) -> f64 {
    x.powf(4.0) + x.powf(2.0) * 3.0_f64.powf(2.5)
}

#[grad(jvp)]
pub fn exponential_of_base(x: f64) -> f64 {
    2.0_f64.powf(x) + x.powi(3) / x.powi(-1)
}

#[grad(jvp, wrt(x))]
pub fn exponent_from_outside(x: f64, exponent: f64) -> f64 {
    x.powf(exponent)
}

pub fn cases(c: &mut Checker) {
    check!(c, even_power(-1.25) -> f64);
    check!(c, exponential_of_base(-1.25) -> f64);
    check!(c, exponent_from_outside(-1.25, const 3.0) -> f64);
    assert_eq!(even_power_grad(0.0), 0.0);
}
