// Binomial tree of an American put.

#[grad(jvp)]
pub fn american_put(spot: f64, strike: f64, rate: f64, volatility: f64, years: f64, steps: usize) -> f64 {
    let dt = years / steps as f64;
    let up = (volatility * dt.sqrt()).exp();
    let down = up.recip();
    let discount = (-rate * dt).exp();
    let p = ((rate * dt).exp() - down) / (up - down);
    let mut values: Vec<f64> = (0..=steps)
        .map(|i| (strike - spot * up.powi(2 * i as i32 - steps as i32)).max(0.0))
        .collect();
    for step in (0..steps).rev() {
        for i in 0..=step {
            let hold = discount * (p * values[i + 1] + (1.0 - p) * values[i]);
            let exercise = strike - spot * up.powi(2 * i as i32 - step as i32);
            values[i] = hold.max(exercise);
        }
        values.truncate(step + 1);
    }
    values[0]
}

pub fn cases(c: &mut Checker) {
    check!(c, american_put(100.0, 105.0, 0.03125, 0.25, 0.75, const 12) -> f64);
}
