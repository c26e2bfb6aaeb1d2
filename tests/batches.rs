//! Batched sweeps: each lane is bit for bit what a sweep of its own gives.

// Written as users write: with indices.
#![allow(clippy::needless_range_loop, clippy::assign_op_pattern, clippy::vec_init_then_push)]

use autodiff_runtime::grad;

#[grad(batch, jvp, wrt(x, w))]
fn loops(x: [f64; 3], w: &[f64], n: usize) -> [f64; 2] {
    let mut s = 0.0;
    let mut state = [1.0, 2.0];
    for i in 0..n {
        for j in 0..w.len() {
            s += w[j] * (x[i % 3] * state[0]).sin();
            if s > 3.0 {
                s = s * 0.5;
            }
        }
        state[i % 2] = s.tanh() * x[(i + 1) % 3];
    }
    [s, state[0] * state[1]]
}
#[grad(batch, jvp)]
fn grows(x: &[[f32; 2]], y: f32) -> Vec<f32> {
    let mut out = Vec::new();
    for p in x {
        out.push(p[0] * y + p[1].exp());
    }
    let total: f32 = out.iter().sum();
    out.push(total * y);
    out.swap(0, 1);
    out
}
#[grad(batch, jvp)]
fn converges(x: f64) -> f64 {
    let mut y = x;
    while y.abs() < 100.0 {
        y = y * y + x.cos();
    }
    y
}
#[grad(batch, jvp)]
fn tuple(x: (f64, [f64; 2], usize), rows: &[Vec<f64>]) -> (f64, [f64; 2]) {
    let mut sum = x.0;
    let mut copies = rows.to_vec();
    for i in 0..copies.len() {
        for j in 0..copies[i].len() {
            copies[i][j] = copies[i][j] * x.1[j % 2].max(0.1);
            sum += copies[i][j] * copies[i][j];
        }
    }
    let best = if x.0 > x.1[0] { x.0 } else { x.1[1] * 2.0 };
    (sum, [best / (1.0 + x.0 * x.0), x.1[0].abs().sqrt() + x.2 as f64])
}
#[grad(batch, jvp)]
fn lengths<const N: usize>(x: &[f64; N], lanes: f64) -> [f64; N] {
    let mut y = [lanes; N];
    for i in 1..N {
        y[i] = y[i - 1].hypot(x[i]);
    }
    y
}
#[grad(batch, jvp)]
fn mixed(x: &[f32], scale: f64) -> f64 {
    let mut sum = 0.0;
    for &x in x {
        sum += (x as f64 * scale).powf(1.5) + x.to_radians() as f64;
    }
    sum
}
#[grad(batch, jvp)]
fn picks(x: &[f64], k: usize) -> Vec<f64> {
    let mut sorted = x.to_vec();
    sorted.sort_by(f64::total_cmp);
    let mut all = vec![0.0; x.len()];
    all[k] = sorted[0] * sorted[1];
    all.extend_from_slice(&sorted[1..]);
    all.truncate(x.len());
    all
}
#[grad(jacobian, batch, jvp)]
fn beside(x: [f64; 11], y: f64) -> [f64; 9] {
    let mut out = [y; 9];
    for i in 0..9 {
        out[i] = x[i] * y + helper(x[i + 2], y);
    }
    out
}
#[grad(batch, jvp)]
fn helper(a: f64, b: f64) -> f64 {
    (a * b).sin()
}

#[grad(batch, jvp)]
fn calls(x: [f64; 2], w: &[f64], y: f64) -> [f64; 3] {
    let mut t = 0.0;
    for i in 0..3 {
        let inside = [1.0, 2.0];
        t += inner::many(y + i as f64, w, x, 2) * inner::many(2.0, w, [1.0, x[0]], 3);
        t += inner::many(t, &inside, inside, 1);
    }
    let (v, z) = inner::pair(y, w.to_vec());
    [t, v[0] * v[1] + z, inner::recursive(y, 4) + inner::many(1.0, &v, x, 2)]
}
mod inner {
    use autodiff_runtime::grad;

    #[grad(batch, jvp)]
    pub fn many(a: f64, b: &[f64], c: [f64; 2], n: usize) -> f64 {
        let mut s = a * c[0];
        for i in 0..n {
            for x in b {
                s += x * a.sin() * c[i % 2];
                if s > 10.0 {
                    s = s / 2.0;
                }
            }
        }
        s
    }
    #[grad(batch, jvp)]
    pub fn pair(a: f64, v: Vec<f64>) -> (Vec<f64>, f64) {
        let mut scaled = v.clone();
        let mut i = 0;
        while i < scaled.len() {
            scaled[i] = scaled[i] * a;
            i += 1;
        }
        let len = scaled.len();
        (scaled, a * len as f64)
    }
    #[grad(batch, jvp)]
    pub fn recursive(a: f64, n: usize) -> f64 {
        if n == 0 {
            a
        } else {
            let r = recursive(a * 0.9, n - 1);
            r * a.cos()
        }
    }
}

type Real = f64;
type Three = [Real; 3];
#[grad(batch, jvp, order = 3)]
fn named(x: &Three, y: Real) -> Three {
    let mut out: Three = *x;
    for i in 0..3 {
        out[i] = x[i] * x[(i + 1) % 3] * y.sin();
    }
    out
}

#[test]
fn names_for_numbers() {
    let (x, y) = ([0.3, 0.6, -0.4], 0.2);
    let along = [(some::<3>(1), 1.0), (some(2), -0.5)];
    let (value, tangents) = named_jvp_batch(&x, y, along);
    let seeds = [some::<3>(3), some(4)];
    let (_, gradients) = named_vjp_batch(&x, y, seeds);
    for k in 0..2 {
        assert_eq!(named_jvp(&x, y, along[k]), (value, tangents[k]));
        assert_eq!(named_vjp(&x, y, seeds[k]), (value, gradients[k]));
        assert_eq!(named_slope(&x, y, &along[k].0, along[k].1), tangents[k]);
    }
}

/// Numbers that are not the same anywhere.
fn some<const N: usize>(from: usize) -> [f64; N] {
    std::array::from_fn(|i| ((i * 7 + from * 3) as f64).sin())
}

#[test]
fn directions() {
    let (x, w) = ([0.3, -0.7, 1.1], [0.3, 0.5, 0.7, -0.1]);
    let along = [0, 1, 2, 3, 4].map(|k| (some(k), some::<4>(k + 9)));
    let (value, tangents) = loops_jvp_batch(x, &w, 7, along);
    for k in 0..5 {
        assert_eq!(loops_jvp(x, &w, 7, along[k]), (value, tangents[k]));
    }
    assert_eq!(
        converges_jvp_batch(1.2, [1.0, 2.0]).1,
        [1.0, 2.0].map(|along| converges_jvp(1.2, along).1)
    );
    let rows = vec![vec![0.1, 0.2, 0.3], vec![], vec![0.4]];
    let one = ((1.0, [2.0, 3.0], autodiff_runtime::NoDerivative), rows.clone());
    let two = ((0.0, [-1.0, 0.5], autodiff_runtime::NoDerivative), rows.clone());
    let at = (0.5, [0.25, 2.0], 3);
    let (value, tangents) = tuple_jvp_batch(at, &rows, [one.clone(), two.clone()]);
    assert_eq!(tuple_jvp(at, &rows, one), (value, tangents[0]));
    assert_eq!(tuple_jvp(at, &rows, two), (value, tangents[1]));
    let along = [(some::<4>(1), 1.0), (some::<4>(2), 0.0), (some::<4>(3), -2.0)];
    let (value, tangents) = lengths_jvp_batch(&some::<4>(0), 0.5, along);
    for k in 0..3 {
        assert_eq!(lengths_jvp(&some::<4>(0), 0.5, along[k]), (value, tangents[k]));
    }
    let x = [0.5f32, 1.5];
    let (value, [tangent]) = mixed_jvp_batch(&x, 2.0, [([1.0f32, -1.0], 0.5)]);
    assert_eq!(mixed_jvp(&x, 2.0, ([1.0f32, -1.0], 0.5)), (value, tangent));
    let x = [3.0, 1.0, 2.0];
    let (value, tangents) = picks_jvp_batch(&x, 1, [some::<3>(1), some(2)]);
    assert_eq!(picks_jvp(&x, 1, some::<3>(1)), (value.clone(), tangents[0].clone()));
    assert_eq!(picks_jvp(&x, 1, some::<3>(2)), (value, tangents[1].clone()));
}

#[test]
fn seeds() {
    let (x, w) = ([0.3, -0.7, 1.1], [0.3, 0.5, 0.7, -0.1]);
    let seeds = [[1.0, 0.0], [0.0, 1.0], [0.3, -0.4]];
    let (value, gradients) = loops_vjp_batch(x, &w, 7, seeds);
    let (_, residuals) = loops_forward(x, &w, 7);
    assert_eq!(loops_reverse_batch(&residuals, seeds), gradients);
    for k in 0..3 {
        assert_eq!(loops_vjp(x, &w, 7, seeds[k]), (value, gradients[k].clone()));
    }
    let x = [[0.1f32, 0.2], [0.3, 0.4], [-0.5, 0.6]];
    let seeds = [vec![1.0, 2.0, 3.0, 4.0], vec![0.0, 0.0, 0.0, 1.0]];
    let (value, gradients) = grows_vjp_batch(&x, 0.7, seeds.clone());
    for k in 0..2 {
        let expected = grows_vjp(&x, 0.7, seeds[k].clone());
        assert_eq!(expected, (value.clone(), gradients[k].clone()));
    }
    let rows = vec![vec![0.1, 0.2, 0.3], vec![], vec![0.4]];
    let at = (0.5, [0.25, 2.0], 3);
    let seeds = [(1.0, [0.0, 0.5]), (0.0, [1.0, -1.0]), (2.0, [0.0, 0.0]), (0.0, [0.0, 1.0])];
    let (value, gradients) = tuple_vjp_batch(at, &rows, seeds);
    for k in 0..4 {
        assert_eq!(tuple_vjp(at, &rows, seeds[k]), (value, gradients[k].clone()));
    }
    let (value, gradients) = lengths_vjp_batch(&some::<4>(0), 0.5, [some(1), some(2)]);
    for k in 0..2 {
        assert_eq!(lengths_vjp(&some::<4>(0), 0.5, some(k + 1)), (value, gradients[k]));
    }
    let x = [3.0, 1.0, 2.0];
    let seeds = [some::<3>(1).to_vec(), some::<3>(2).to_vec()];
    let (value, gradients) = picks_vjp_batch(&x, 1, seeds.clone());
    for k in 0..2 {
        let expected = picks_vjp(&x, 1, seeds[k].clone());
        assert_eq!(expected, (value.clone(), gradients[k].clone()));
    }
}

#[test]
fn through_calls() {
    let (x, w, y) = ([0.3, 0.6], [1.0, 2.0, -0.3], 0.2);
    let along = [(some(1), some::<3>(2), 1.0), (some(3), some(4), 0.0), (some(5), some(6), -1.0)];
    let (value, tangents) = calls_jvp_batch(x, &w, y, along);
    let seeds = [some(7), some(8), some(9)];
    let (_, gradients) = calls_vjp_batch(x, &w, y, seeds);
    for k in 0..3 {
        assert_eq!(calls_jvp(x, &w, y, along[k]), (value, tangents[k]));
        assert_eq!(calls_vjp(x, &w, y, seeds[k]), (value, gradients[k].clone()));
    }
}

#[test]
fn jacobians_are_single_sweeps() {
    let (x, y) = (some::<11>(0), 0.7);
    let (dx, dy) = beside_jacfwd(x, y);
    assert_eq!(beside_jacrev(x, y).0.len(), 9);
    for i in 0..11 {
        let mut along = [0.0; 11];
        along[i] = 1.0;
        let column = beside_jvp(x, y, (along, 0.0)).1;
        assert_eq!(dx.map(|row| row[i]), column);
    }
    assert_eq!(dy, beside_jvp(x, y, ([0.0; 11], 1.0)).1);
    let (_, residuals) = beside_forward(x, y);
    for i in 0..9 {
        let mut seed = [0.0; 9];
        seed[i] = 1.0;
        let rows = beside_jacrev(x, y);
        assert_eq!((rows.0[i], rows.1[i]), beside_reverse(&residuals, seed));
    }
    let (mut a, mut b) = ([f64::NAN; 99], [f64::NAN; 9]);
    beside_jacobian_into(x, y, &mut a, &mut b);
    assert_eq!((&a[..], b), (beside_jacrev(x, y).0.as_flattened(), beside_jacrev(x, y).1));
}

#[grad(jacobian)]
fn stack_of_tuples(x: &[f64]) -> f64 {
    let mut stack = Vec::new();
    stack.push((x[0], 1usize));
    stack.push((x[1] * x[0], 2usize));
    let mut sum = 0.0;
    while let Some((v, times)) = stack.pop() {
        sum += v * v * times as f64;
    }
    sum
}

#[test]
fn tuples_are_pushed_and_popped() {
    assert_eq!(stack_of_tuples_jacfwd(&[1.0, 2.0]), [18.0, 8.0]);
    assert_eq!(stack_of_tuples_jacrev(&[1.0, 2.0]), [18.0, 8.0]);
}

#[grad(jacobian, wrt(x))]
fn beside_an_option(x: f64, slope: &Option<f64>) -> f64 {
    match slope {
        Some(slope) => x * slope,
        None => x * x,
    }
}

#[test]
fn borrowed_options_are_passed_on() {
    assert_eq!(beside_an_option_jacfwd(3.0, &None), 6.0);
    assert_eq!(beside_an_option_jacrev(3.0, &Some(2.0)), 2.0);
}
