// Nothing that is generated is `unsafe`.
#![forbid(unsafe_code)]
#![deny(warnings)]

use autodiff_runtime::grad;

#[grad(jvp)]
fn heat(start: &[f64], scratch: &mut [f64], steps: usize) -> f64 {
    let mut u = start.to_vec();
    for _ in 0..steps {
        for i in 1..u.len() - 1 {
            scratch[i] = u[i] * u[i] + 0.25 * (u[i - 1] + u[i + 1]);
        }
        let n = u.len() - 1;
        u[1..n].copy_from_slice(&scratch[1..n]);
        if u[1] > 10.0 {
            break;
        }
    }
    u[1] + scratch[1]
}

fn main() {
    let (mut scratch, mut d_scratch) = ([0.0; 3], [0.0; 3]);
    let gradient = heat_grad(&[1.0, 2.0, 3.0], &mut scratch, 1, &mut d_scratch);
    assert_eq!(gradient, [0.5, 8.0, 0.5]);
}
