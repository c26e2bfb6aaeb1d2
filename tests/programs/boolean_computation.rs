// Bools computed, kept, combined and compared; conditions that use them later.

#[grad(jvp)]
pub fn window(x: f64, low: f64, high: f64) -> f64 {
    let above = x > low;
    let below = x < high;
    let inside = above && below;
    let outside = !inside || x.is_nan();
    let mut weight = if inside { (x - low) * (high - x) } else { 0.25 * x };
    if outside & above {
        weight += (x - high).exp();
    } else if outside ^ below {
        weight *= low;
    }
    let mut any = false;
    any |= above;
    any &= !below;
    if any == outside { weight * x } else { weight }
}

pub fn cases(c: &mut Checker) {
    for x in [-0.75, 0.5, 1.75] {
        check!(c, window(x, -0.25, 1.25) -> f64);
    }
}
