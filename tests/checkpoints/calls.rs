//! What is kept of a call, and made again.

use autodiff_runtime::grad;

pub mod called {
    use autodiff_runtime::grad;

    #[grad(jvp, hessian)]
    pub fn long(x: f64, w: &[f64], state: &mut [f64; 2], v: Vec<f64>) -> f64 {
        let mut s = x;
        for i in 0..w.len() {
            s = (s * w[i] + state[0] * v[i % v.len()]).sin() + state[1];
            state[i % 2] = s * x;
        }
        s
    }

    #[grad(jvp, hessian)]
    pub fn twice(x: &mut f64, y: (f64, f64)) -> (f64, f64) {
        *x = x.sin() * y.0;
        (*x * y.1, y.0 * y.1)
    }
}

macro_rules! calls {
    ([$($options:tt)*] $name:ident $(# $mark:tt)?) => {
        #[grad($($options)*)]
        fn $name(x: f64, w: &[f64], k: usize) -> f64 {
            let mut state = [0.3, 0.4];
            let mut t = x;
            for i in 0..k {
                let v = vec![t, 1.0, x];
                $(# $mark)?
                let y = called::long(t * x, w, &mut state, v);
                t += y * y;
                let r = $(# $mark)? called::twice(&mut t, (x, y));
                t += r.0 * r.1 + i as f64;
            }
            t + $(# $mark)? called::long(t, &[1.0, x], &mut state, w.to_vec())
        }
    };
}
calls!([jvp] calls_kept);
calls!([jvp] calls_made_again #[checkpoint]);
calls!([hessian] second_of_calls_kept);
calls!([hessian] second_of_calls_made_again #[checkpoint]);

/// What is kept of a call is not what is computed from it.
#[test]
fn calls_are_made_again() {
    let w = [0.3, -0.5, 0.7, 1.1];
    let expected = calls_kept_value_and_grad(0.7, &w, 5);
    assert_eq!(calls_made_again_value_and_grad(0.7, &w, 5), expected);
    let (_, residuals) = calls_made_again_forward(0.7, &w, 5);
    assert_eq!(calls_made_again_reverse(&residuals, 1.0), expected.1);
    let along = (1.0, [0.1, 0.2, 0.3, 0.4]);
    assert_eq!(calls_made_again_jvp(0.7, &w, 5, along), calls_kept_jvp(0.7, &w, 5, along));
    assert_eq!(
        second_of_calls_made_again_hvp(0.7, &w, 5, along),
        second_of_calls_kept_hvp(0.7, &w, 5, along),
    );
}
