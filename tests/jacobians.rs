//! Jacobians of every shape: by columns and by rows the same, and into a caller's buffer.

// Written as users write: with indices.
#![allow(clippy::needless_range_loop, clippy::assign_op_pattern)]

use autodiff_runtime::{Differentiable, Float, NoDerivative, grad};

mod batches;

#[grad(jacobian)]
fn polar(x: [f64; 2]) -> [f64; 2] {
    [x[0] * x[1].cos(), x[0] * x[1].sin()]
}
#[grad(jacobian)]
fn wide(x: &[f64; 3], w: f64) -> [f64; 2] {
    [x[0] * x[1] * w, x[1] - w * x[2]]
}
#[grad(jacobian)]
fn tall(t: f64) -> [f64; 3] {
    [t, t * t, t * t * t]
}
#[grad(jacobian, jvp)]
fn vecs(x: &[f64], k: usize) -> Vec<f64> {
    let mut y = vec![0.0; k];
    for i in 0..k {
        for j in 0..x.len() {
            y[i] += x[j] * x[j] * (i + j) as f64;
        }
    }
    y
}
#[grad(jacobian)]
fn owned(x: Vec<f64>, s: f32) -> Vec<f64> {
    let mut y = x.clone();
    for i in 0..x.len() {
        y[i] = x[i] * x[x.len() - 1 - i] * s as f64;
    }
    y
}
#[grad(jacobian)]
fn through(x: &[f64], out: &mut [f64]) {
    for i in 0..out.len() {
        out[i] = out[i] + x[0] * x[i % x.len()];
    }
}
#[grad(jacobian)]
fn both(x: &[f64; 2], y: f64, out: &mut [f64; 2], last: &mut f64) -> (f64, usize, [f64; 1]) {
    out[0] = x[0] * y;
    out[1] += x[1] * y;
    *last = *last * y;
    (x[0] + x[1], 3, [y * y])
}
#[grad(jacobian)]
fn scalar(x: &[f64]) -> f64 {
    x[0] * x[1]
}
#[grad(jacobian)]
fn nested(x: &[[f64; 2]; 2]) -> [[f64; 2]; 2] {
    [[x[0][0] * x[1][1], 0.0], [x[1][0], x[0][1] * x[0][1]]]
}
#[grad(jacobian)]
fn generic<const N: usize>(x: &[f64; N]) -> [f64; N] {
    let mut y = [0.0; N];
    for i in 0..N {
        y[i] = x[i] * x[0];
    }
    y
}
#[grad(jacobian)]
fn single(x: [f32; 2]) -> f32 {
    x[0] * x[1]
}
#[grad(jacobian)]
fn calls(x: [f64; 2], s: f64) -> [f64; 2] {
    let p = polar(x);
    [p[0] * s, p[1] + s]
}

#[test]
fn arrays() {
    let (sin, cos) = 0.5f64.sin_cos();
    let expected = [[cos, -2.0 * sin], [sin, 2.0 * cos]];
    assert_eq!(polar_jacobian([2.0, 0.5]), expected);
    assert_eq!(polar_jacfwd([2.0, 0.5]), expected);
    assert_eq!(nested_jacobian(&[[1.0, 2.0], [3.0, 4.0]])[1][1], [[0.0, 4.0], [0.0, 0.0]]);
    assert_eq!(generic_jacobian(&[1.0, 2.0]), [[2.0, 0.0], [2.0, 1.0]]);
    let expected = ([[3.0 * cos, -6.0 * sin], [sin, 2.0 * cos]], [2.0 * cos, 1.0]);
    assert_eq!(calls_jacobian([2.0, 0.5], 3.0), expected);
    assert_eq!(calls_jacfwd([2.0, 0.5], 3.0), expected);
}

#[test]
fn a_block_for_each_parameter() {
    let expected = ([[1.0, 0.5, 0.0], [0.0, 1.0, -0.5]], [2.0, -3.0]);
    assert_eq!(wide_jacfwd(&[1.0, 2.0, 3.0], 0.5), expected);
    assert_eq!(wide_jacrev(&[1.0, 2.0, 3.0], 0.5), expected);
    let (mut x, mut w) = ([f64::NAN; 6], [f64::NAN; 2]);
    let value = wide_jacobian_into(&[1.0, 2.0, 3.0], 0.5, &mut x, &mut w);
    assert_eq!((value, &x[..], w), ([1.0, 0.5], expected.0.as_flattened(), expected.1));
}

#[test]
fn scalars() {
    assert_eq!(tall_jacobian(2.0), [1.0, 4.0, 12.0]);
    assert_eq!(tall_jacrev(2.0), [1.0, 4.0, 12.0]);
    assert_eq!(scalar_jacobian(&[2.0, 3.0]), [3.0, 2.0]);
    assert_eq!(scalar_jacfwd(&[2.0, 3.0]), [3.0, 2.0]);
    assert_eq!(single_jacobian([1.0, 2.0]), [2.0, 1.0]);
}

#[test]
fn vectors_with_fewer_and_more_outputs_than_inputs() {
    let x = [1.0, 2.0, 3.0];
    for k in [0, 2, 5] {
        let rows = vecs_jacrev(&x, k);
        assert_eq!(rows.len(), k);
        assert_eq!(vecs_jacfwd(&x, k), rows);
        assert_eq!(vecs_jacobian(&x, k), rows);
        let mut buffer = vec![f64::NAN; 3 * k];
        assert_eq!(vecs_jacobian_into(&x, k, &mut buffer), vecs(&x, k));
        assert_eq!(buffer, rows.concat());
    }
    let (x, s) = owned_jacobian(vec![1.0, 2.0, 3.0], 2.0);
    assert_eq!(x, [[6.0, 0.0, 2.0], [0.0, 8.0, 0.0], [6.0, 0.0, 2.0]]);
    assert_eq!(s, [3.0, 4.0, 3.0]);
    assert_eq!(owned_jacfwd(vec![1.0, 2.0, 3.0], 2.0), (x, s));
    assert_eq!(vecs_jacfwd(&[], 2), [[], []] as [[f64; 0]; 2]);
}

/// What is written through `&mut` is a result; it holds afterwards what the function leaves there.
#[test]
fn buffers_are_results() {
    let (x, start) = ([1.0, 2.0], [1.0, 2.0, 3.0]);
    let mut expected_out = start;
    through(&x, &mut expected_out);
    let expected = [[2.0, 0.0], [2.0, 1.0], [2.0, 0.0]];
    for jacobian in [through_jacobian, through_jacfwd, through_jacrev] {
        let mut out = start;
        assert_eq!(jacobian(&x, &mut out), expected);
        assert_eq!(out, expected_out);
    }
    let (mut out, mut buffer) = (start, [f64::NAN; 6]);
    through_jacobian_into(&x, &mut out, &mut buffer);
    assert_eq!((out, &buffer[..]), (expected_out, expected.as_flattened()));
}

#[test]
fn several_results() {
    let none = NoDerivative;
    let by_x = (([1.0, 1.0], none, [[0.0; 2]]), [[3.0, 0.0], [0.0, 3.0]], [0.0; 2]);
    let by_y = ((0.0, none, [6.0]), [1.0, 2.0], 4.0);
    for jacobian in [both_jacobian, both_jacfwd, both_jacrev] {
        let (mut out, mut last) = ([1.0, 2.0], 4.0);
        assert_eq!(jacobian(&[1.0, 2.0], 3.0, &mut out, &mut last), (by_x, by_y));
        assert_eq!((out, last), ([3.0, 8.0], 12.0));
    }
}

#[test]
#[should_panic(expected = "a row for each output")]
fn buffers_of_the_wrong_length() {
    vecs_jacobian_into(&[1.0, 2.0], 3, &mut [0.0; 5]);
}

#[derive(Clone, Differentiable)]
struct Line {
    slope: f64,
    ends: [f64; 2],
}

#[grad(jacobian)]
fn through_origin(x: [f64; 2]) -> Line {
    Line { slope: x[0] * x[1], ends: x }
}

#[grad(jacobian)]
fn at_ends(line: &Line) -> [f64; 2] {
    [line.slope * line.ends[0], line.ends[1]]
}

/// A struct's components are rows in their order; a row has the shape of the gradient.
#[test]
fn structs() {
    assert_eq!(through_origin_jacobian([2.0, 3.0]), [[3.0, 2.0], [1.0, 0.0], [0.0, 1.0]]);
    let line = Line { slope: 1.0, ends: [2.0, 3.0] };
    for rows in [at_ends_jacobian(&line), at_ends_jacfwd(&line), at_ends_jacrev(&line)] {
        assert_eq!((rows[0].slope, rows[0].ends), (2.0, [1.0, 0.0]));
        assert_eq!((rows[1].slope, rows[1].ends), (0.0, [0.0, 1.0]));
    }
}

#[grad(jacobian)]
fn any_float<T: Float>(x: [T; 2]) -> [T; 2] {
    [x[0] * x[1], x[1].sin()]
}
#[grad(jacobian)]
fn any_floats<T: Float>(x: &[T]) -> Vec<T> {
    let mut y = Vec::new();
    for v in x {
        y.push(*v * *v);
    }
    y
}

#[test]
fn generic_over_the_float() {
    assert_eq!(any_float_jacobian([2.0f32, 0.0]), [[0.0, 2.0], [0.0, 1.0]]);
    assert_eq!(any_float_jacfwd([2.0, 0.0]), [[0.0, 2.0], [0.0, 1.0]]);
    assert_eq!(any_floats_jacobian(&[2.0, 3.0]), [[4.0, 0.0], [0.0, 6.0]]);
    let mut buffer = [f32::NAN; 4];
    assert_eq!(any_float_jacobian_into([2.0f32, 0.0], &mut buffer), [0.0, 0.0]);
    assert_eq!(buffer, [0.0, 2.0, 0.0, 1.0]);
}

#[derive(Differentiable, Clone, Debug, PartialEq)]
struct Lens {
    power: f64,
    centre: [f64; 2],
    uses: usize,
}

impl Lens {
    #[grad(jacobian)]
    fn seen(&self, x: [f64; 2]) -> [f64; 2] {
        [self.power * (x[0] - self.centre[0]), self.power * x[1] * self.uses as f64]
    }
    #[grad(jacobian, wrt(x))]
    fn seen_by_position(&self, x: &[f64]) -> Vec<f64> {
        x.iter().map(|x| self.power * x * x).collect()
    }
    #[grad(jacobian)]
    fn taken(self, x: f64) -> f64 {
        self.power * x
    }
    #[grad(jacobian, wrt(by))]
    fn used(&mut self, by: f64) -> [f64; 3] {
        self.power *= by;
        self.uses += 1;
        [self.power, by * by, self.uses as f64]
    }
    #[grad(jacobian)]
    fn unit(x: [f64; 2]) -> [f64; 2] {
        [x[0] * x[0], x[0] * x[1]]
    }
    #[grad(jacobian)]
    fn both(&self, x: [f64; 2]) -> [f64; 2] {
        let y = self.seen(x);
        Lens::unit(y)
    }
}

#[grad(jacobian)]
fn through_methods(lens: &Lens, x: f64) -> [f64; 3] {
    let y = lens.both([x, 2.0]);
    [y[0], y[1] * x, lens.power]
}

#[test]
fn methods() {
    let lens = Lens { power: 2.0, centre: [1.0, 0.0], uses: 3 };
    let (by_lens, by_x) = lens.seen_jacobian([2.0, 5.0]);
    assert_eq!(by_x, [[2.0, 0.0], [0.0, 6.0]]);
    assert_eq!((by_lens[0].power, by_lens[0].centre, by_lens[1].power), (1.0, [-2.0, 0.0], 15.0));
    assert_eq!(lens.seen_jacfwd([2.0, 5.0]), (by_lens, by_x));
    assert_eq!(lens.seen_by_position_jacobian(&[1.0, 2.0]), [[4.0, 0.0], [0.0, 8.0]]);
    assert_eq!(lens.seen_by_position_jacfwd(&[1.0, 2.0]), [[4.0, 0.0], [0.0, 8.0]]);
    let mut buffer = [f64::NAN; 4];
    assert_eq!(lens.seen_by_position_jacobian_into(&[1.0, 2.0], &mut buffer), [2.0, 8.0]);
    assert_eq!(buffer, [4.0, 0.0, 0.0, 8.0]);
    let (by_lens, by_x) = lens.clone().taken_jacobian(4.0);
    assert_eq!((by_lens.power, by_x), (4.0, 2.0));
    assert_eq!(lens.clone().taken_jacfwd(4.0).1, 2.0);
    assert_eq!(Lens::unit_jacobian([2.0, 3.0]), [[4.0, 0.0], [3.0, 2.0]]);
    assert_eq!(lens.both_jacfwd([2.0, 5.0]), lens.both_jacrev([2.0, 5.0]));
    let rows = through_methods_jacobian(&lens, 2.0);
    assert_eq!(through_methods_jacrev(&lens, 2.0), rows);
    assert_eq!(rows.1, [8.0, 72.0, 0.0]);
}

#[test]
fn a_method_that_changes_itself() {
    let mut lens = Lens { power: 2.0, centre: [1.0, 0.0], uses: 3 };
    assert_eq!(lens.clone().used_jacfwd(3.0), [2.0, 6.0, 0.0]);
    assert_eq!(lens.clone().used_jacrev(3.0), [2.0, 6.0, 0.0]);
    lens.used_jacobian_into(3.0, &mut [0.0; 3]);
    assert_eq!((lens.power, lens.uses), (6.0, 4));
}

mod gauss_newton {
    use autodiff_runtime::{Differentiable, grad};

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    struct Curve {
        height: f64,
        rates: [f64; 2],
    }
    #[grad(jacobian, gnvp)]
    fn misfit(p: &[f64; 3], t: &[f64]) -> Vec<f64> {
        t.iter().map(|t| p[0] * (p[1] * t).exp() + p[2]).collect()
    }
    #[grad(gnvp, wrt(c, v))]
    fn owned(c: Curve, v: Vec<f64>, _name: &str) -> (f64, [f64; 2]) {
        (c.height * v[0], [c.rates[0].sin() * v[1], c.rates[1] * c.height])
    }
    impl Curve {
        #[grad(gnvp)]
        fn at(&self, x: f64) -> [f64; 2] {
            [self.height * x, self.rates[0] * x * x]
        }
    }

    #[test]
    fn gauss_newton_products() {
        let (p, t, (dp, dt)) = ([1.0, 0.2, 0.3], [0.0, 1.0], ([1.0, 0.5, 0.1], [0.2, 0.1]));
        let (value, (product, product_t)) = misfit_gnvp(&p, &t, (dp, dt.to_vec()));
        assert_eq!(value, misfit(&p, &t));
        let (by_p, by_t) = misfit_jacobian(&p, &t);
        let (mut expected, mut expected_t) = ([0.0; 3], [0.0; 2]);
        for row in 0..2 {
            let along: f64 = (0..3).map(|i| by_p[row][i] * dp[i]).sum::<f64>()
                + (0..2).map(|i| by_t[row][i] * dt[i]).sum::<f64>();
            for i in 0..3 {
                expected[i] += by_p[row][i] * along;
            }
            for i in 0..2 {
                expected_t[i] += by_t[row][i] * along;
            }
        }
        let close =
            |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-14 * 10.0);
        assert!(close(&product, &expected) && close(&product_t, &expected_t));

        let curve = Curve { height: 1.0, rates: [0.2, 0.3] };
        let along = CurveTangent { height: 1.0, rates: [0.0, 1.0] };
        let (value, (of_curve, of_v)) =
            owned_gnvp(curve, vec![1.0, 2.0], "x", (along, vec![0.3, 0.4]));
        assert_eq!(value, owned(curve, vec![1.0, 2.0], "x"));
        // The tangent of the result: 1.3, then 0.4 sin 0.2 and 1.3.
        assert!(close(&[of_curve.height, of_curve.rates[1]], &[1.3 + 0.3 * 1.3, 1.3]));
        assert!(close(&of_v, &[1.3, 0.4 * 0.2f64.sin().powi(2)]));
        let (_, (of_curve, of_x)) = curve.at_gnvp(2.0, (along, 0.5));
        assert!(close(&[of_curve.height, of_curve.rates[0], of_x], &[5.0, 1.6, 2.5 + 0.8 * 0.4]));
    }
}
