// Parameters that are not used, results that do not depend, and work that leads nowhere.

#[grad(jvp)]
pub fn unused_parameter(x: f64, _unused: f64, table: &[f64]) -> f64 {
    let _ = table.len();
    x * x
}

#[grad(jvp)]
pub fn constant_result(x: f64, n: usize) -> f64 {
    let _ = x.sin();
    2.5 * n as f64
}

#[grad(jvp)]
pub fn leads_nowhere(x: f64, y: f64) -> f64 {
    let mut waste = x;
    for _ in 0..3 {
        waste = waste.exp().ln() * y;
    }
    let mut partly = y;
    if waste > 1e9 {
        partly = waste;
    }
    let constant = 1.5_f64.sqrt().sin();
    partly * constant + constant * constant
}

#[grad(jvp)]
pub fn becomes_constant(x: f64, y: f64) -> f64 {
    let mut z = x * y;
    let before = z;
    z = 3.0;
    let mut a = [x, y];
    a[0] = z;
    a[0] * before + a[0].sqrt()
}

pub fn cases(c: &mut Checker) {
    check!(c, unused_parameter(0.75, 1.5, &vec![0.5, -1.25]) -> f64);
    check!(c, constant_result(0.75, const 3) -> f64);
    check!(c, leads_nowhere(0.75, 0.5) -> f64);
    check!(c, becomes_constant(0.75, 0.5) -> f64);
    // Exactly nothing, not nearly.
    assert_eq!(unused_parameter_grad(0.75, 1.5, &[0.5, -1.25]), (1.5, 0.0, vec![0.0, 0.0]));
    assert_eq!(constant_result_grad(0.75, 3), 0.0);
    assert_eq!(leads_nowhere_grad(0.75, 0.5).0, 0.0);
}
