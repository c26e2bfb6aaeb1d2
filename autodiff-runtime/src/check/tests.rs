use super::*;
use alloc::{format, vec, vec::Vec};

fn verdict(report: &Report) -> Verdict {
    report.verdict(&report.components()[0])
}

#[test]
fn many_functions_at_many_points() {
    type Pair = (fn(f64) -> f64, fn(f64) -> f64);
    let all: [Pair; 8] = [
        (f64::sin, f64::cos),
        (f64::exp, f64::exp),
        (|x| x * x * x, |x| 3.0 * x * x),
        (|x| 1.0 / x, |x| -1.0 / (x * x)),
        (|x| (1e3 * x).sin(), |x| 1e3 * (1e3 * x).cos()),
        (|_| 5.0, |_| 0.0),
        (|x| 1e-12 * x.tanh(), |x| 1e-12 / x.cosh().powi(2)),
        (|x| 1e9 + x, |_| 1.0),
    ];
    for x in [1e-3, 0.1, 0.7, 3.0, 100.0, 300.0] {
        for (i, (f, g)) in all.iter().enumerate() {
            let report = derivative(f, g, x);
            assert!(report.is_ok(), "function {i} at {x}: {report}");
            // A saturated `tanh` has a derivative that no difference sees.
            if g(x).abs() > 1e-6 * (f(x) / x).abs() {
                let wrong = derivative(f, |x| 1.001 * g(x), x);
                assert!(!wrong.is_ok(), "function {i} at {x}, wrong: {wrong}");
                assert!(!derivative(f, |x| -g(x), x).is_ok());
                assert!(!derivative(f, |_| 0.0, x).is_ok());
            }
        }
    }
}

#[test]
fn single_precision() {
    for x in [0.1f32, 0.7, 3.0] {
        derivative(|x: f32| x.sin() * x, |x| x.cos() * x + x.sin(), x).assert();
        assert!(!derivative(|x: f32| x.sin() * x, |x| 1.1 * (x.cos() * x + x.sin()), x).is_ok());
    }
}

#[test]
fn kinks_jumps_and_edges() {
    for subgradient in [-1.0, 0.0, 1.0] {
        assert_eq!(verdict(&derivative(f64::abs, |_| subgradient, 0.0)), Verdict::Kink);
    }
    assert_eq!(verdict(&derivative(f64::abs, |_| 1.5, 0.0)), Verdict::Off);
    assert_eq!(verdict(&derivative(|x: f64| x.max(2.0), |_| 1.0, 2.0)), Verdict::Kink);
    assert_eq!(verdict(&derivative(f64::floor, |_| 0.0, 2.0)), Verdict::Unsettled);
    assert_eq!(verdict(&derivative(f64::floor, |_| 0.0, 2.5)), Verdict::Agrees);
    assert_eq!(verdict(&derivative(f64::sqrt, |_| 0.0, -1.0)), Verdict::Unsettled);
    assert_eq!(verdict(&derivative(f64::sqrt, |_| f64::NAN, 1.0)), Verdict::Off);
    // The curvature of a smooth function is no kink.
    assert_eq!(verdict(&derivative(|x: f64| x * x, |x| 2.0 * x, 0.0)), Verdict::Agrees);
    assert_eq!(verdict(&derivative(|x: f64| (100.0 * x).cosh(), |_| 0.0, 0.0)), Verdict::Agrees);
}

#[test]
fn says_which_component() {
    let at = (vec![1.0, 2.0], [3.0, 4.0]);
    let report = gradient(
        |(a, b): &(Vec<f64>, [f64; 2])| a[0] * a[1] + b[0] * b[1],
        |(a, b)| (vec![a[1], a[0]], [b[1], 0.0]),
        &at,
    );
    assert_eq!(report.worst().map(|worst| worst.path.as_str()), Some(".1[1]"));
    let text = format!("{report}");
    assert!(text.contains("1 of 4 components off"), "{text}");
    assert!(text.contains("<- best"), "{text}");
}

#[test]
fn shapes_differ() {
    let report = gradient(|x: &[f64; 2]| x[0], |_| [1.0], &[1.0, 2.0]);
    assert!(!report.is_ok());
    assert!(format!("{report}").contains("1 components given, where there are 2"));
}

#[test]
fn wrong_tangents() {
    let f = |x: &[f64; 2]| [x[0] * x[1], x[0].sin()];
    tangent(f, |x, v| ((), [x[0] * v[1] + x[1] * v[0], x[0].cos() * v[0]]), &[1.0, 2.0]).assert();
    assert!(!tangent(f, |x, v| ((), [x[0] * v[1], x[0].cos() * v[0]]), &[1.0, 2.0]).is_ok());
}
