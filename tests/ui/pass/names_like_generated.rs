// The user's names and those in generated code do not meet.
#![deny(warnings)]

use autodiff_runtime::grad;

// Names that generated code may use for itself.
const SEED: f64 = 2.0;
#[allow(non_upper_case_globals)]
const adjoint: f64 = 0.5;
#[allow(non_upper_case_globals)]
const d_x: f64 = 0.5;
#[allow(non_upper_case_globals)]
static residual: [f64; 2] = [0.25, 0.75];
#[allow(non_upper_case_globals)]
static tape: [f64; 2] = [0.125, 0.5];

#[allow(dead_code)]
fn zero_like(_: f64) -> f64 {
    1e9
}

#[allow(dead_code)]
fn accumulate(_: f64, _: f64) -> f64 {
    1e9
}

#[grad(jvp)]
fn residuals(x: f64) -> f64 {
    x * adjoint * SEED + residual[0] * x
}

#[grad(jvp)]
fn residuals_of_local_names(x: f64) -> f64 {
    x * d_x * SEED + tape[0] * x
}

#[grad(jvp)]
fn forward(seed: f64, direction: f64) -> f64 {
    let residuals = residuals(seed);
    let d_seed = residuals * direction;
    d_seed
}

#[grad(jvp)]
fn f(x: &[f64], d_y: &mut [f64], grad: f64) -> f64 {
    for i in 0..x.len() {
        d_y[i] += x[i] * grad;
    }
    d_y[0]
}

fn main() {
    assert_eq!(residuals_grad(1.0), 1.25);
    assert_eq!(residuals_of_local_names_grad(1.0), 1.125);
    assert_eq!(forward_grad(2.0, 3.0), (3.75, 2.5));
    let mut d_d_y = [0.0];
    assert_eq!(f_grad(&[2.0], &mut [1.0], 3.0, &mut d_d_y), (vec![3.0], 2.0));
    assert_eq!(d_d_y, [1.0]);
}
