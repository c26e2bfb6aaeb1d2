// An `Option` of a struct, an array or a vector that a loop carries: the best so far, the one before.

#[derive(Clone, Copy, Debug, Default, PartialEq, autodiff_runtime::Differentiable)]
struct P { x: f64, y: f64 }

#[derive(Clone, Debug, autodiff_runtime::Differentiable)]
struct Track { at: Vec<f64>, weight: f64 }

#[grad(jvp)]
pub fn farthest(x: &[f64]) -> f64 {
    let mut best: Option<P> = None;
    for c in x.chunks(2) {
        let p = P { x: c[0], y: c[1] };
        if best.is_none_or(|b| p.x > b.x) {
            best = Some(p);
        }
    }
    let Some(b) = best else { return 0.0 };
    b.x * b.y
}

#[grad(jvp)]
pub fn crossings(x: &[f64]) -> f64 {
    let mut prev: Option<[f64; 2]> = None;
    let mut s = 0.0;
    for c in x.chunks_exact(2) {
        let cur = [c[0].sin(), c[1].cos()];
        if let Some(p) = prev {
            s += p[0] * cur[1] - p[1] * cur[0];
        }
        prev = Some(cur);
    }
    s
}

#[grad(jvp)]
pub fn longest(x: &[f64]) -> f64 {
    let mut best: Option<Vec<f64>> = None;
    let mut run: Vec<f64> = Vec::new();
    for &v in x {
        if v > 0.0 { run.push(v * v); } else { run.clear(); }
        let longer = match &best { Some(b) => run.len() >= b.len(), None => true };
        if longer { best = Some(run.clone()); }
    }
    best.map_or(0.0, |b| b.iter().enumerate().map(|(i, v)| (i + 1) as f64 * v).sum())
}

#[grad(jvp)]
pub fn kept_aside(x: &[f64]) -> f64 {
    let mut last: Option<P> = None;
    let mut s = 0.0;
    for (i, c) in x.chunks(2).enumerate() {
        let before = last;
        last = Some(P { x: c[0] * c[0], y: c[1] });
        if let Some(b) = before {
            s += b.x * c[1];
        }
        if i == 1 {
            let taken = last.take();
            s += taken.map_or(0.0, |t| t.x * t.y);
        }
    }
    if let Some(l) = &last { s += l.y * l.x; }
    s
}

#[grad(jvp)]
pub fn tracks(x: &[f64]) -> f64 {
    let mut heaviest: Option<Track> = None;
    for (i, v) in x.iter().enumerate() {
        let t = Track { at: x[..i].iter().map(|a| a * v).collect(), weight: v * 2.0 };
        match &heaviest {
            Some(h) if h.weight > t.weight => {}
            _ => heaviest = Some(t),
        }
    }
    let h = heaviest.unwrap();
    h.weight * h.at.iter().sum::<f64>() + h.weight
}

pub fn cases(c: &mut Checker) {
    let x = [0.7, -1.3, 2.1, 0.4, 1.9, -0.6];
    check!(c, farthest(&x) -> f64);
    check!(c, crossings(&x) -> f64);
    check!(c, longest(&x) -> f64);
    check!(c, kept_aside(&x) -> f64);
    check!(c, tracks(&x) -> f64);
}
