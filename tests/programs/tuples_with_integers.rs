// Integers and flags beside floats in tuples: they have no derivative, and a placeholder keeps their place in the gradient.

#[grad(jvp)]
pub fn weighted(at: f64, points: &[(usize, f64)]) -> f64 {
    let mut sum = 0.0;
    for (count, y) in points {
        sum += (at - y).powi(2) * *count as f64;
    }
    sum
}

#[grad(jvp)]
pub fn passed_whole(x: f64, pair: (usize, f64), flagged: &(bool, f64)) -> f64 {
    let scale = if flagged.0 { flagged.1 } else { 2.0 };
    x * pair.1 * pair.0 as f64 * scale
}

#[grad(jvp)]
pub fn made_inside(x: f64) -> f64 {
    let mut made: Vec<(usize, f64)> = Vec::new();
    for i in 0..3 {
        made.push((i, x * i as f64));
    }
    made[1].1 *= 2.0;
    made[1].0 += 2;
    made[0] = (3, 2.0 * x);
    let copy = made.clone();
    let sum: f64 = made.iter().zip(&copy).map(|((i, a), (_, b))| *i as f64 * a * b).sum();
    sum + weighted(x, &made)
}

#[grad(jvp)]
pub fn copied_and_changed(points: &[(usize, f64)], x: f64) -> f64 {
    let mut own = points.to_vec();
    for p in own.iter_mut() {
        p.1 *= x;
        p.0 += 1;
    }
    let first = own[0];
    own.push((7, x * x));
    own.push(first);
    own.swap(0, 1);
    let mut two = [(0usize, x), (1, 2.0)];
    two[1] = points[0];
    let [p, q] = two;
    let last = own.pop().unwrap();
    let sum: f64 = own.iter().map(|&(n, y)| n as f64 * y * y).sum();
    sum + p.1 * q.1 + last.1.sin()
}

#[grad(jvp)]
pub fn scale_all(x: f64, points: &mut [(usize, f64)]) {
    for (n, p) in points.iter_mut() {
        *p *= x;
        *n += 1;
    }
}

#[grad(jvp)]
pub fn in_out(x: f64, points: &[(usize, f64)]) -> f64 {
    let mut own = points.to_vec();
    scale_all(x, &mut own);
    own[0].1 * own[1].1 * own[0].0 as f64
}

#[grad(jvp)]
pub fn deep(table: &[(usize, u8, [f64; 2]); 2], rows: Vec<(u8, f64, bool)>) -> f64 {
    table[0].2[1] * table[1].2[0] * rows[table[0].0].1 * f64::from(table[1].1)
}

pub fn cases(c: &mut Checker) {
    let points = vec![(2, 0.5), (1, -0.25), (3, 1.5)];
    check!(c, weighted(0.75, &points) -> f64);
    check!(c, passed_whole(0.75, (3, 1.25), &(true, 0.5)) -> f64);
    check!(c, made_inside(0.625) -> f64);
    check!(c, copied_and_changed(&points, 0.75) -> f64);
    check!(c, in_out(0.75, &points) -> f64);
    check!(c, deep(&[(1, 4, [1.0, 2.0]), (0, 2, [3.0, 4.0])], vec![(0, 1.0, true), (1, 2.0, false)]) -> f64);
}
