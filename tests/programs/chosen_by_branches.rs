// Mutable references, functions and closures that an `if` or a `match` has chosen.

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

#[grad(jvp)]
pub fn larger(x: f64, y: f64) -> f64 {
    let (mut a, mut b) = (x, y);
    let r = if x > y { &mut a } else { &mut b };
    *r *= x;
    *r += x * y;
    a * b
}

#[grad(jvp)]
pub fn early(x: f64, y: f64) -> f64 {
    let (mut a, mut b) = (x, y);
    let r = if x > y { &mut a } else { &mut b };
    *r *= 2.0;
    if *r > 2.5 {
        return *r * x;
    }
    *r += y;
    a * b
}

#[grad(jvp)]
pub fn in_a_loop(x: &[f64], up: bool) -> f64 {
    let (mut high, mut low) = (1.0, 2.0);
    let to = if up { &mut high } else { &mut low };
    for v in x {
        *to *= v;
        if *to > 2.0 {
            break;
        }
    }
    high * high * low
}

#[grad(jvp)]
pub fn chosen_in_a_loop(x: f64, y: f64, n: usize) -> f64 {
    let mut p = Point { x, y };
    let mut v = vec![x, y, x * y];
    for i in 0..n {
        let to = match i % 3 {
            0 => &mut p.x,
            1 => &mut p.y,
            _ => &mut v[i % 2 + 1],
        };
        *to += x * (*to) * 0.5;
    }
    p.x * p.y + v[0] * v[1] * v[2]
}

#[grad(jvp)]
pub fn slices(x: &[f64], first: bool) -> f64 {
    let mut a = [0.5; 3];
    let mut b = vec![1.0; 5];
    let to: &mut [f64] = if first { &mut a } else { &mut b[1..4] };
    for i in 0..to.len() {
        to[i] += x[i] * x[i];
    }
    to[0] *= to[1];
    a.iter().sum::<f64>() * b.iter().sum::<f64>()
}

#[grad(jvp)]
pub fn shared(x: &[f64; 2], y: &[f64; 3], first: bool) -> f64 {
    let row: &[f64] = if first { x } else { y };
    row.iter().map(|v| v * v).sum::<f64>() * row[1]
}

#[grad(jvp)]
pub fn filled(x: f64, to: &mut [f64]) {
    for (i, v) in to.iter_mut().enumerate() {
        *v = *v * x + i as f64 * x;
    }
}

#[grad(jvp)]
pub fn passed(x: f64, first: bool) -> f64 {
    let (mut a, mut b) = ([0.5; 3], [x; 3]);
    let to = if first { &mut a } else { &mut b };
    filled(x, to);
    a[1] * b[2] + b[1]
}

#[grad(jvp)]
pub fn pushed(x: f64, n: usize) -> f64 {
    let (mut even, mut odd) = (vec![x], vec![1.0]);
    for i in 0..n {
        let to = if i % 2 == 0 { &mut even } else { &mut odd };
        to.push(x * i as f64);
    }
    even.iter().sum::<f64>() * odd.iter().map(|v| v * v).sum::<f64>()
}

#[grad(jvp)]
pub fn relu(x: f64) -> f64 {
    if x > 0.0 { x } else { 0.0 }
}

#[grad(jvp)]
pub fn softplus(x: f64) -> f64 {
    (1.0 + x.exp()).ln()
}

#[grad(jvp)]
pub fn activated(x: f64, is_relu: bool) -> f64 {
    let act: fn(f64) -> f64 = if is_relu { relu } else { softplus };
    act(x * 2.0) * act(x)
}

#[grad(jvp)]
pub fn recurrent(x: &[f64], w: &[f64], kind: u8) -> f64 {
    let act = match kind {
        0 => relu,
        1 => softplus,
        2 => f64::tanh,
        _ => |v: f64| v * v,
    };
    let mut h = 0.25;
    for i in 0..x.len() {
        h = act(h * w[i] + x[i]);
    }
    h + act(w[0]) + x.iter().copied().map(act).sum::<f64>()
}

#[grad(jvp)]
pub fn captured(x: f64, k: usize) -> f64 {
    let mut scale = x * x;
    let act: Box<dyn Fn(f64) -> f64> = match k {
        0 => Box::new(move |v| v * scale),
        1 => Box::new(|v: f64| v.sin()),
        _ => {
            let shift = 3.0 * x;
            Box::new(move |v| v * v + shift)
        }
    };
    scale += 1.0;
    act(x) * scale
}

#[grad(jvp)]
pub fn by_reference(x: f64, k: bool) -> f64 {
    let act: &dyn Fn(f64) -> f64 = if k { &|v| v * x } else { &|v: f64| v.sin() };
    act(x) * act(2.0)
}

pub fn cases(c: &mut Checker) {
    for (x, y) in [(1.5, 0.5), (0.5, 1.5), (0.5, 0.75)] {
        check!(c, larger(x, y) -> f64);
        check!(c, early(x, y) -> f64);
    }
    for first in [true, false] {
        check!(c, in_a_loop(&vec![0.5, 1.25, 3.5, 2.0], const first) -> f64);
        check!(c, slices(&vec![0.5, -1.25, 0.75], const first) -> f64);
        check!(c, shared(&[0.5, -1.25], &[0.75, 1.5, 0.25], const first) -> f64);
        check!(c, passed(0.75, const first) -> f64);
        check!(c, activated(0.75, const first) -> f64);
        check!(c, by_reference(0.75, const first) -> f64);
    }
    check!(c, chosen_in_a_loop(0.5, 0.75, const 7) -> f64);
    check!(c, pushed(0.75, const 5) -> f64);
    for k in 0..4 {
        check!(c, recurrent(&vec![0.5, 0.75], &vec![1.25, 0.25], const k) -> f64);
    }
    for k in 0..3 {
        check!(c, captured(0.75, const k) -> f64);
    }
}
