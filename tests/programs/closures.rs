// Closures bound by `let` and called: capturing by reference or by value, changing what they capture.

#[grad(jvp)]
pub fn captured(x: f64, k: f64) -> f64 {
    let scaled = |v: f64| k * v.sin();
    let twice = |v| scaled(scaled(v)) + x;
    twice(x) * twice(2.0) + (|v: f64| v * v)(x)
}

#[grad(jvp)]
pub fn changing(x: &[f64]) -> f64 {
    let mut total = 0.0;
    let mut calls = 0;
    let mut add = |v: f64| {
        total += v * v;
        calls += 1;
    };
    for v in x {
        add(*v);
        if *v > 1.0 {
            add(v.sin());
        }
    }
    add(3.0);
    total * calls as f64
}

#[grad(jvp)]
pub fn moved(x: f64) -> f64 {
    let mut a = x * x;
    let mut w = [x, 2.0 * x];
    let f = move |v: f64| a * v + w[1];
    a = 5.0;
    w[1] = 0.0;
    let mut state = x;
    let mut next = move || {
        state *= 1.5;
        state
    };
    f(x) + next() + next() * next() + state + a + w[0]
}

#[grad(jvp)]
pub fn early(x: f64, y: f64) -> f64 {
    let safe = |v: f64| {
        if v <= 0.0 {
            return 0.5 * v;
        }
        for i in 1..4 {
            if v < i as f64 {
                return v.ln() * i as f64;
            }
        }
        v
    };
    safe(x) + safe(y) * safe(x * y) + safe(-x)
}

#[grad(jvp)]
pub fn patterns(x: (f64, f64), w: &[f64]) -> f64 {
    let cross = |(a, b): (f64, f64), &c: &f64| a * c - b;
    let first = |v: &[f64]| v[0] * v[v.len() - 1];
    let both = |a: f64, _| (a, a * a);
    let (p, q) = both(x.1, 1);
    cross(x, &w[1]) + first(w) + first(&w[1..]) + p * q
}

#[grad(jvp)]
pub fn arrays(x: [f64; 3]) -> f64 {
    let dot = |a: &[f64; 3], b: &[f64; 3]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let scale = |mut a: [f64; 3], k: f64| {
        a.iter_mut().for_each(|v| *v *= k);
        a
    };
    let mut log = vec![0.0; 3];
    let mut write = |i: usize, v: f64| log[i] += v;
    write(0, x[0] * x[1]);
    write(2, x[2].sin());
    write(0, x[2]);
    let y = scale(x, dot(&x, &x));
    dot(&x, &y) + log[0] * log[2]
}

#[grad(jvp)]
pub fn by_name(x: &[f64], k: f64) -> f64 {
    let f = |v: &f64| k * v * v;
    let mut seen = 0.0;
    let mut g = |v: f64| {
        seen += v;
        v * seen
    };
    let a: f64 = x.iter().map(f).sum();
    let b: f64 = x.iter().map(&f).map(&mut g).sum();
    let keep = |v: &&f64| **v > 0.0;
    a + b * seen + x.iter().filter(keep).map(f).product::<f64>()
}

#[grad(jvp)]
pub fn shadowed(x: f64) -> f64 {
    let k = 2.0 * x;
    let f = |v: f64| k * v;
    let k = x.sin();
    let x = f(x) + k;
    let v = f(x);
    v * k
}

#[grad(jvp)]
pub fn until_small(x: f64) -> f64 {
    let mut y = x;
    let mut halve = || {
        y *= 0.5;
        y
    };
    let mut s = 0.0;
    while halve() > 0.1 {
        s += 1.0;
    }
    s * y + x
}

pub fn cases(c: &mut Checker) {
    let x = vec![0.5, 1.25, -0.75, 2.0];
    check!(c, captured(0.75, 1.5) -> f64);
    check!(c, changing(&x) -> f64);
    check!(c, moved(0.875) -> f64);
    check!(c, early(0.75, 2.5) -> f64);
    check!(c, patterns((0.5, 1.5), &x) -> f64);
    check!(c, arrays([0.5, 1.25, -0.75]) -> f64);
    check!(c, by_name(&x, 1.5) -> f64);
    check!(c, shadowed(0.625) -> f64);
    check!(c, until_small(0.9) -> f64);
}
