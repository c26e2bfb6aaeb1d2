// `as` and `from` between `f32` and `f64` carry derivatives.

#[grad(jvp)]
pub fn there_and_back(x: f64) -> f64 {
    let narrow = x as f32;
    let y = narrow * narrow;
    y as f64 * x
}

#[grad(jvp)]
pub fn accumulated_wide(x: &[f32], scale: f32) -> f64 {
    let mut sum = 0.0_f64;
    for i in 0..x.len() {
        sum += (x[i] * scale) as f64 * f64::from(x[i]);
    }
    sum
}

#[grad(jvp)]
pub fn one_of_each(x: f64, y: f32) -> f32 {
    let product = x * f64::from(y);
    let wide: f64 = y.into();
    (product + wide) as f32 * y
}

pub fn cases(c: &mut Checker) {
    // Rounding to 24 bits within: differences see little.
    check!(c.within(2e-3), there_and_back(0.75) -> f64);
    check!(c, accumulated_wide(&vec![0.5, -1.25, 0.75], 1.5) -> f64);
    check!(c, one_of_each(0.75, 1.25) -> f32);
}
