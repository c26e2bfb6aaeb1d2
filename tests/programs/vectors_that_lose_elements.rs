// `retain`, `dedup`, `drain`, `concat`, rotations, and what `std::mem` takes away.

#[grad(jvp)]
pub fn drain_(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let s: f64 = v.drain(..2).map(|a| a * a).sum();
    s * v[0] + v.iter().sum::<f64>()
}

#[grad(jvp)]
pub fn retain_(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.retain(|&a| a > 0.0);
    v.iter().map(|a| a.ln()).sum()
}

#[grad(jvp)]
pub fn dedup_(x: &[f64]) -> f64 {
    let mut v: Vec<f64> = x.iter().flat_map(|&a| [a, a, 2.0 * a]).collect();
    v.dedup();
    v.iter().map(|a| a * a * a).sum()
}

#[grad(jvp)]
pub fn concat_(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(2);
    let c = [b, a].concat();
    c.iter().enumerate().map(|(i, v)| v * (i as f64).cos()).sum()
}

#[grad(jvp)]
pub fn rot_(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.rotate_left(2);
    v.reverse();
    v.iter().zip(x).map(|(a, b)| a * b).sum()
}

#[grad(jvp)]
pub fn drains(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mid: Vec<f64> = v.drain(1..3).collect();
    v.drain(..1);
    let rest: f64 = v.drain(..).map(|a| a * a).sum();
    rest * mid[0] + mid[1] + v.len() as f64
}

#[grad(jvp)]
pub fn memfns(x: &[f64]) -> f64 {
    let mut a = vec![x[0], x[1]];
    let mut b = vec![x[2], x[3]];
    std::mem::swap(&mut a, &mut b);
    let c = std::mem::replace(&mut a, vec![x[4]; 3]);
    let d = std::mem::take(&mut b);
    let mut s = x[5];
    let t = std::mem::replace(&mut s, c[0] * d[1]);
    let mut next = [x[0], x[1]];
    for k in 0..3 {
        let prev = std::mem::replace(&mut next, [x[k] * 2.0, x[k + 1]]);
        s += prev[0] * next[1];
    }
    s * t + a[0] * c[1] + b.len() as f64 + d[0] + a[2]
}

pub fn cases(c: &mut Checker) {
    let x = [0.7, -1.3, 2.1, 0.4, 1.9, -0.6];
    check!(c, drain_(&x) -> f64);
    check!(c, retain_(&x) -> f64);
    check!(c, dedup_(&x) -> f64);
    check!(c, concat_(&x) -> f64);
    check!(c, rot_(&x) -> f64);
    check!(c, drains(&x) -> f64);
    check!(c, memfns(&x) -> f64);
}
