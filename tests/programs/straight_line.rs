// Formulas without control flow, the way they stand in a textbook.

#[grad(jvp)]
pub fn sin_cubic(x: f64) -> f64 {
    (x * x).sin() + x * x * x
}

#[grad(jvp)]
pub fn rosenbrock(x: f64, y: f64) -> f64 {
    let a = 1.0 - x;
    let b = y - x * x;
    a * a + 100.0 * b * b
}

#[grad(jvp)]
pub fn black_scholes_call(spot: f64, strike: f64, volatility: f64, rate: f64, years: f64) -> f64 {
    let spread = volatility * years.sqrt();
    let d1 = ((spot / strike).ln() + (rate + 0.5 * volatility * volatility) * years) / spread;
    let d2 = d1 - spread;
    // The normal distribution by its logistic approximation.
    let n1 = 1.0 / (1.0 + (-1.5976 * d1 - 0.070_565_992 * d1 * d1 * d1).exp());
    let n2 = 1.0 / (1.0 + (-1.5976 * d2 - 0.070_565_992 * d2 * d2 * d2).exp());
    spot * n1 - strike * (-rate * years).exp() * n2
}

pub fn cases(c: &mut Checker) {
    for x in [-1.0, 0.0, 0.5, 1.0, 1.5] {
        check!(c, sin_cubic(x) -> f64);
    }
    check!(c, rosenbrock(-1.25, 0.75) -> f64);
    check!(c, black_scholes_call(1.25, 1.0, 0.25, 0.0625, 1.5) -> f64);
}
