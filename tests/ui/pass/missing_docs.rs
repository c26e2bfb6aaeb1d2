//! Generated functions carry documentation, and generated types `Debug`.
#![deny(warnings, missing_docs, missing_debug_implementations, unreachable_pub)]
#![deny(rustdoc::all)]

pub mod loss {
    //! Loss functions.

    use autodiff_runtime::grad;

    /// Half the square of the difference.
    #[grad(jvp)]
    pub fn square(x: &[f64], target: f64) -> f64 {
        let mut sum = 0.0;
        for i in 0..x.len() {
            let difference = x[i].sin() - target;
            sum += 0.5 * difference * difference;
        }
        sum
    }

    /// In place.
    #[grad(jvp)]
    pub fn halve(x: &mut [f64]) {
        for i in 0..x.len() {
            x[i] *= 0.5;
        }
    }
}

fn main() {
    let (value, residuals) = loss::square_forward(&[0.0], 1.0);
    assert_eq!(value, 0.5);
    assert_eq!(loss::square_reverse(&residuals, 1.0).1, 1.0);
}
