// Parameters, values and generated functions that nobody uses.
#![deny(warnings)]

use autodiff_runtime::grad;

#[grad(jvp)]
fn parameter(x: f64, _y: f64, _table: &[f64], _n: usize) -> f64 {
    x * x
}

#[allow(unused_variables, unused_mut, unused_assignments)]
#[grad(jvp)]
fn variables(x: f64, y: f64) -> f64 {
    let unused = x.sin();
    let mut never_changed = y;
    let mut overwritten = x;
    overwritten = x * x;
    for i in 0..3 {}
    x * x
}

#[grad(jvp)]
fn constant(_x: f64) -> f64 {
    2.0
}

#[grad]
fn inactive_arm(x: f64, n: usize) -> f64 {
    if n > 2 { 1.5 } else { x }
}

#[expect(unused_variables, reason = "only an example")]
#[grad]
fn expected(x: f64) -> f64 {
    let unused = 1;
    x * x
}

#[allow(unreachable_code)]
#[grad]
fn unreachable(x: f64) -> f64 {
    return x * x;
    x
}

fn main() {
    // Of each function one is used, and all the others are not.
    assert_eq!(parameter_grad(3.0, 1.0, &[], 0).0, 6.0);
    assert_eq!(variables_grad(3.0, 1.0), (6.0, 0.0));
    assert_eq!(constant_grad(3.0), 0.0);
    assert_eq!(inactive_arm_grad(3.0, 1), 1.0);
    assert_eq!(expected_grad(3.0), 6.0);
    assert_eq!(unreachable_grad(3.0), 6.0);
}
