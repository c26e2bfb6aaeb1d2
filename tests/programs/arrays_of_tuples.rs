// Arrays and vectors of tuples, also of floats beside integers, made inside the function.

#[grad(jvp)]
pub fn tuples(x: &[f64]) -> f64 {
    let pts = [(x[0], x[1]), (x[2], x[3]), (x[4], x[5])];
    let mut area = 0.0;
    for i in 0..3 {
        let (x0, y0) = pts[i];
        let (x1, y1) = pts[(i + 1) % 3];
        area += x0 * y1 - x1 * y0;
    }
    let cx: f64 = pts.iter().map(|p| p.0).sum();
    let cy: f64 = pts.iter().map(|&(_, y)| y).sum();
    0.5 * area + cx * cy
}

#[grad(jvp)]
pub fn vec_tuples(x: &[f64]) -> f64 {
    let pts: Vec<(f64, f64)> = x.chunks(2).map(|c| (c[0], c[1])).collect();
    let mut v = Vec::new();
    for &(a, b) in &pts { v.push((a * b, a - b)); }
    v.iter().map(|(a, b)| a * b).sum()
}

#[grad(jvp)]
pub fn mixed(x: &[f64]) -> f64 {
    let mut p: Vec<(usize, f64)> = x.iter().enumerate().map(|(i, v)| (i, v * v)).collect();
    p.push((7, x[0]));
    p[1].1 *= 3.0;
    p[2] = (9, x[3]);
    for (i, v) in p.iter_mut() { *v += *i as f64; }
    p.pop();
    let w = vec![(0.0, 0.0); 3];
    let mut z = [(0.0, 1.0); 4];
    z[1].0 = x[1] * w[0].0 + x[2];
    let names = vec![(x[0], 1), (x[1], 2)];
    names.iter().map(|(v, k)| v * *k as f64).sum::<f64>() + z[1].0 * z[2].1 + p.iter().map(|&(i, v)| i as f64 * v).sum::<f64>()
}

#[grad(jvp)]
pub fn nested(x: &[f64]) -> f64 {
    let v = vec![((x[0], x[1]), [x[2], x[3]]), ((x[4], 1.0), [x[5], 0.0])];
    let mut s = 0.0;
    for ((a, b), [c, d]) in &v { s += a * b * c + d; }
    for t in v { s += t.0.0 * t.1[0]; }
    s
}

#[grad(jvp)]
pub fn edges(x: &[f64]) -> f64 {
    let edges = [(0, 1), (1, 2), (2, 5)];
    let bonds: Vec<(usize, usize, f64)> = vec![(0, 1, 1.0), (1, 3, 0.5)];
    edges.iter().map(|&(i, j)| (x[i] - x[j]).powi(2)).sum::<f64>() + bonds.iter().map(|&(i, j, k)| k * (x[i] * x[j])).sum::<f64>()
}

#[grad(jvp)]
pub fn stack_tuples(x: &[f64]) -> f64 {
    let mut stack = vec![(x[0], 0usize)];
    let mut s = 0.0;
    while let Some((v, d)) = stack.pop() {
        if d < 3 { stack.push((v * x[1], d + 1)); stack.push((v + x[2], d + 2)); } else { s += v * v; }
    }
    s
}

pub fn cases(c: &mut Checker) {
    let x = [0.7, -1.3, 2.1, 0.4, 1.9, -0.6];
    check!(c, tuples(&x) -> f64);
    check!(c, vec_tuples(&x) -> f64);
    check!(c, mixed(&x) -> f64);
    check!(c, nested(&x) -> f64);
    check!(c, edges(&x) -> f64);
    check!(c, stack_tuples(&x) -> f64);
}
