// Tables read by searches in sorted slices: the interval is found, its ends are interpolated.

#[grad(jvp)]
pub fn interpolated(x: f64, xs: &[f64], ys: &[f64]) -> f64 {
    let i = xs.partition_point(|&p| p < x).clamp(1, xs.len() - 1);
    let t = (x - xs[i - 1]) / (xs[i] - xs[i - 1]);
    ys[i - 1] * (1.0 - t) + ys[i] * t
}

#[grad(jvp)]
pub fn nearest(x: f64, scale: f64, xs: &[f64], ys: &[f64]) -> f64 {
    let found = xs.binary_search_by(|p| p.partial_cmp(&(x * scale)).unwrap());
    let i = found.unwrap_or_else(|i| i).min(xs.len() - 1);
    ys[i] * x + scale
}

#[grad(jvp)]
pub fn hit_or_missed(x: f64, xs: &[f64], ys: &[f64]) -> f64 {
    match xs.binary_search_by(|p| p.total_cmp(&x)) {
        Ok(i) => ys[i] * x,
        Err(0) => ys[0],
        Err(i) => ys[i - 1] * x * x,
    }
}

#[grad(jvp)]
pub fn steps(q: &[f64], knots: &[(f64, f64)]) -> f64 {
    q.iter()
        .map(|&x| {
            let i = knots.partition_point(|knot| knot.0 <= x);
            if i == 0 { x } else { knots[i - 1].1 * x }
        })
        .sum()
}

pub fn cases(c: &mut Checker) {
    let (xs, ys) = (vec![0.0, 1.0, 2.5, 4.0, 7.0], vec![1.0, 3.0, -1.0, 0.5, 2.0]);
    for x in [-0.5, 0.25, 1.75, 3.0, 6.25, 8.0] {
        check!(c, interpolated(x, &xs, &ys) -> f64);
        check!(c, nearest(x, 1.25, &xs, &ys) -> f64);
        check!(c, hit_or_missed(x, &xs, &ys) -> f64);
    }
    check!(c, interpolated(0.5, &vec![0.0, 2.0], &vec![1.0, 5.0]) -> f64);
    check!(c, steps(&vec![0.5, 1.5, -1.0], &vec![(0.0, 2.0), (1.0, 3.0)]) -> f64);
}
