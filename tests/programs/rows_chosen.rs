// `max_by` and `min_by` of rows and structs, and arrays made of structs and tuples.

#[derive(Clone, Copy, Debug, Default, PartialEq, autodiff_runtime::Differentiable)]
struct P { x: f64, y: f64 }

#[grad(jvp)]
pub fn best_struct(x: &[f64]) -> f64 {
    let mut ps = [P::default(); 3];
    for (p, c) in ps.iter_mut().zip(x.chunks_exact(2)) { p.x = c[0]; p.y = c[1]; }
    for p in &mut ps { p.x *= p.y; }
    let best = ps.iter().max_by(|a, b| a.x.total_cmp(&b.x)).unwrap();
    best.x * best.y + ps[0].x
}

#[grad(jvp)]
pub fn nearest_row(x: &[f64]) -> f64 {
    let rows: Vec<Vec<f64>> = x.chunks(2).map(|c| c.to_vec()).collect();
    let target = [0.5, 0.5];
    let d = |r: &[f64]| r.iter().zip(&target).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
    let near = rows.iter().min_by(|a, b| d(a).partial_cmp(&d(b)).unwrap()).unwrap();
    let (i, far) = rows.iter().enumerate().max_by(|(_, a), (_, b)| d(a).partial_cmp(&d(b)).unwrap()).unwrap();
    near[0] * near[1] + far[0] * i as f64
}

#[grad(jvp)]
pub fn maybe_best(x: &[f64]) -> f64 {
    let pts: Vec<P> = x.chunks(2).map(|c| P { x: c[0], y: c[1] }).filter(|p| p.x < 1.0).collect();
    let none: Vec<P> = pts.iter().copied().filter(|p| p.x > 50.0).collect();
    let a = if let Some(p) = pts.iter().min_by(|a, b| a.y.total_cmp(&b.y)) { p.x * p.y } else { 1.0 };
    let b = match none.iter().max_by(|a, b| a.y.total_cmp(&b.y)) { Some(p) => p.x, None => x[2] };
    a * b
}

#[grad(jvp)]
pub fn best_row(x: &[f64]) -> f64 {
    let best = x.chunks(2).max_by(|a, b| {
        let na: f64 = a.iter().sum();
        let nb: f64 = b.iter().sum();
        na.partial_cmp(&nb).unwrap()
    }).unwrap();
    best.iter().map(|v| v * v).sum()
}

#[grad(jvp)]
pub fn arrays_of_structs(x: &[f64]) -> f64 {
    let ps: [P; 3] = std::array::from_fn(|i| P { x: x[2 * i], y: x[2 * i + 1] });
    let qs = [1.0, 2.0].map(|k| P { x: k * x[0], y: x[1] });
    let rs = ps.map(|p| (p.x * p.y, p.x));
    ps.iter().map(|p| p.x * p.y).sum::<f64>() + qs[0].x * qs[1].y + rs[1].0 * rs[2].1
}

pub fn cases(c: &mut Checker) {
    let x = [0.7, -1.3, 2.1, 0.4, 1.9, -0.6];
    check!(c, best_struct(&x) -> f64);
    check!(c, nearest_row(&x) -> f64);
    check!(c, maybe_best(&x) -> f64);
    check!(c, best_row(&x) -> f64);
    check!(c, arrays_of_structs(&x) -> f64);
}
