// Items kept in vectors and arrays.

#[grad(jvp)]
pub fn softmax(x: &[f64]) -> Vec<f64> {
    let max = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let e: Vec<f64> = x.iter().map(|v| (v - max).exp()).collect();
    let total: f64 = e.iter().sum();
    e.iter().map(|v| v / total).collect()
}

#[grad(jvp)]
pub fn of_indices(x: &[f64], n: usize) -> f64 {
    let powers = (0..n).map(|k| x[k % 2].powi(k as i32)).collect::<Vec<f64>>();
    let sorted: Vec<_> = powers.iter().rev().copied().collect();
    let order: Vec<usize> = (0..n).rev().collect();
    order.iter().zip(&sorted).map(|(i, v)| *i as f64 * v).sum()
}

#[grad(jvp)]
pub fn points(x: &[f64]) -> f64 {
    let points: Vec<[f64; 2]> = x.windows(2).map(|w| [w[0] * w[1], w[1]]).collect();
    points.iter().map(|p| p[0].sin() * p[1]).sum()
}

#[grad(jvp)]
pub fn two_at_once(x: &[f64]) -> f64 {
    let (s, c): (Vec<f64>, Vec<f64>) = x.iter().map(|v| (v.sin(), v.cos())).unzip();
    s.iter().zip(&c).map(|(s, c)| s * s - c).sum()
}

#[grad(jvp)]
pub fn arrays(x: [f64; 3]) -> f64 {
    let squares = x.map(|v| v * v);
    let table: [f64; 3] = std::array::from_fn(|i| squares[i] * x[2 - i]);
    let rows: [[f64; 2]; 3] = std::array::from_fn(|i| [table[i], x[i]]);
    rows.iter().map(|r| r[0] / (1.0 + r[1] * r[1])).sum()
}

#[grad(jvp)]
pub fn as_many_as_there_are(x: &[f64], limit: f64) -> f64 {
    let kept: Vec<f64> = x.iter().copied().filter(|v| *v > limit).collect();
    let both: Vec<f64> = x.iter().flat_map(|v| [v.sin(), v * limit]).collect();
    let (low, high): (Vec<f64>, Vec<f64>) = x.iter().skip_while(|v| **v > 1.0).map(|v| (v - limit, v * v)).unzip();
    let mut all = Vec::new();
    all.extend(kept.iter().map(|v| v.exp()));
    all.extend(low.iter().zip(&high).map(|(a, b)| a * b));
    all.iter().enumerate().map(|(i, v)| v * i as f64).sum::<f64>() + both.iter().product::<f64>()
}

#[grad(jvp)]
pub fn rows(x: &[f64], n: usize) -> Vec<Vec<f64>> {
    let rows: Vec<Vec<f64>> = x.chunks(n).map(|c| c.iter().map(|v| v * v).collect()).collect();
    rows.iter().map(|r| r.iter().rev().map(|v| v / r[0]).collect::<Vec<_>>()).collect()
}

pub fn cases(c: &mut Checker) {
    let x = vec![0.5, 1.25, -0.75, 2.0];
    check!(c, softmax(&x) -> Vec<f64>);
    check!(c, of_indices(&x, const 5) -> f64);
    check!(c, points(&x) -> f64);
    check!(c, two_at_once(&x) -> f64);
    check!(c, as_many_as_there_are(&x, 0.75) -> f64);
    check!(c, as_many_as_there_are(&x, 9.0) -> f64);
    check!(c, rows(&x, const 3) -> Vec<Vec<f64>>);
    check!(c, arrays([0.5, 1.25, -0.75]) -> f64);
}
