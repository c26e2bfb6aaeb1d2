// Generated code finds what it needs without the prelude.
#![no_implicit_prelude]
#![deny(warnings)]

use ::autodiff_runtime::grad;

#[grad(jvp)]
fn scan(x: &[f64], y: &mut [f64], start: f64) -> f64 {
    let mut sum = start;
    for i in 0..x.len() {
        sum = sum * x[i] + y[i];
        y[i] = sum;
        if sum > 100.0 {
            return sum;
        }
    }
    sum * sum
}

#[grad(jvp)]
fn pair(x: f64) -> (f64, [f64; 2]) {
    let (sin, cos) = x.sin_cos();
    (sin, [cos, x.max(0.0)])
}

fn main() {
    let mut d_y = [0.0];
    let (value, gradient) = scan_value_and_grad(&[2.0], &mut [1.0], 3.0, &mut d_y);
    ::std::assert_eq!(value, 49.0);
    ::std::assert_eq!(gradient, (::std::vec![42.0], 28.0));
    ::std::assert_eq!(d_y, [14.0]);
    ::std::assert_eq!(pair_vjp(1.0, (0.0, [0.0, 1.0])).1, 1.0);
}
