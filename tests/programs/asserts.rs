// `assert!` and its kin are passed through, with their messages, and compare active values.

#[grad(jvp)]
pub fn checked_log_ratio(x: f64, y: f64, weights: &[f64]) -> f64 {
    assert!(x > 0.0 && y > 0.0, "both must be positive: {x}, {y}");
    assert_eq!(weights.len(), 2);
    assert_ne!(weights.len(), 0, "no weights");
    debug_assert!(weights[0].is_finite());
    let ratio = x / y;
    debug_assert_eq!(ratio, x / y, "{}", ratio);
    debug_assert_ne!(ratio, 0.0);
    if ratio.is_nan() {
        unreachable!("both are positive, yet {ratio}");
    }
    let scaled = match weights.len() {
        2 => ratio * weights[0],
        n => panic!("{n} weights"),
    };
    scaled.ln() * weights[1]
}

pub fn cases(c: &mut Checker) {
    check!(c, checked_log_ratio(0.75, 1.25, &vec![0.5, -1.25]) -> f64);
}
