// Sorts, of numbers, indices, rows, structs: the adjoints go back to where the elements came from.

#[grad(jvp)]
pub fn median(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.sort_by(|a, b| a.partial_cmp(b).unwrap());
    let n = v.len();
    if n % 2 == 0 { 0.5 * (v[n / 2 - 1] + v[n / 2]) } else { v[n / 2] }
}

#[grad(jvp)]
pub fn l_estimator(x: &[f64]) -> f64 {
    let mut v: Vec<f64> = x.iter().map(|v| v * v).collect();
    v.sort_by(f64::total_cmp);
    v.iter().enumerate().map(|(i, v)| (i as f64 + 1.0) * v).sum()
}

#[grad(jvp)]
pub fn trimmed(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.sort_unstable_by(|a, b| b.total_cmp(a));
    let k = v.len() / 4;
    let kept = &v[k..v.len() - k];
    kept.iter().sum::<f64>() / kept.len() as f64
}

#[grad(jvp)]
pub fn nearest(x: &[f64]) -> f64 {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|&i, &j| x[i].partial_cmp(&x[j]).unwrap());
    order.windows(2).map(|w| (x[w[1]] - x[w[0]]).powi(2)).sum()
}

#[grad(jvp)]
pub fn sorted_pairs(x: &[f64]) -> f64 {
    let mut p: Vec<(f64, f64)> = x.iter().map(|&a| (a, a.sin())).collect();
    p.sort_by(|a, b| a.0.partial_cmp(&b.0).unwrap());
    p.windows(2).map(|w| 0.5 * (w[1].0 - w[0].0) * (w[0].1 + w[1].1)).sum()
}

#[derive(Clone, Copy, Debug, Default, PartialEq, autodiff_runtime::Differentiable)]
struct P { x: f64, y: f64 }

#[grad(jvp)]
pub fn sort_structs(x: &[f64]) -> f64 {
    let mut pts: Vec<P> = x.chunks(2).map(|c| P { x: c[0], y: c[1] }).collect();
    pts.sort_by(|a, b| a.x.partial_cmp(&b.x).unwrap());
    pts.windows(2).map(|w| (w[1].x - w[0].x) * (w[0].y + w[1].y)).sum()
}

#[grad(jvp)]
pub fn sort_keys2(x: &[f64]) -> f64 {
    let mut idx: Vec<usize> = (0..x.len()).collect();
    idx.sort_by_key(|&i| (i % 3, i));
    idx.sort_unstable_by(|&a, &b| x[b].partial_cmp(&x[a]).unwrap_or(std::cmp::Ordering::Equal).then(a.cmp(&b)));
    idx.iter().enumerate().map(|(k, &i)| k as f64 * x[i]).sum()
}

#[grad(jvp)]
pub fn sort_rows(x: &[f64]) -> f64 {
    let mut rows: Vec<Vec<f64>> = x.chunks(2).map(|c| c.to_vec()).collect();
    let c = 0.3;
    rows.sort_by(|a, b| {
        let d = |r: &[f64]| r.iter().map(|v| (v - c).powi(2)).sum::<f64>();
        d(a).partial_cmp(&d(b)).unwrap()
    });
    rows[0][0] * rows[1][1] + rows.concat().iter().enumerate().map(|(i, v)| i as f64 * v * v).sum::<f64>()
}

#[grad(jvp)]
pub fn sort_array(x: &[f64]) -> f64 {
    let mut a = [x[0], x[1], x[2], x[3]];
    a.sort_by(|a, b| b.total_cmp(a));
    let mut s = 0.0;
    for k in 1..4 {
        let mut b = [a[0] * k as f64, a[1] + x[4], a[2] * a[2]];
        b.sort_by(|p, q| p.abs().total_cmp(&q.abs()));
        s += b[0] * b[1] + b[2].sin();
    }
    s + a[3]
}

pub fn cases(c: &mut Checker) {
    let x = [0.7, -1.3, 2.1, 0.4, 1.9, -0.6];
    check!(c, median(&x) -> f64);
    check!(c, l_estimator(&x) -> f64);
    check!(c, trimmed(&x) -> f64);
    check!(c, nearest(&x) -> f64);
    check!(c, sorted_pairs(&x) -> f64);
    check!(c, sort_structs(&x) -> f64);
    check!(c, sort_keys2(&x) -> f64);
    check!(c, sort_rows(&x) -> f64);
    check!(c, sort_array(&x) -> f64);
}
