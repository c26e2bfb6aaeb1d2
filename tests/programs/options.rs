// `Option` of active values: `Some`, `None`, `match`, `if let`, `let else`, and its methods.

#[grad(jvp)]
pub fn chosen(x: f64, y: f64) -> f64 {
    let root = if x > 0.0 { Some(x.sqrt()) } else { None };
    let a = match root {
        Some(r) => r * y,
        None => x * x,
    };
    let b = if let Some(r) = root { r + 1.0 } else { y };
    let c = root.map(|r| r * 3.0).unwrap_or(x * y);
    a * b + c
}

#[grad(jvp)]
pub fn elements(x: &[f64], i: usize) -> f64 {
    let Some(first) = x.first() else {
        return 1.0;
    };
    let missing = x.get(i).copied().unwrap_or(0.5);
    let last = x.last().map_or(2.0, |l| l * l);
    let mut sum = first * missing + last;
    if let Some((head, tail)) = x.split_first() {
        for t in tail {
            sum += head * t;
        }
    }
    if let Some(second) = x.get(1)
        && *second > 0.0
    {
        sum *= second;
    }
    sum
}

#[grad(jvp)]
pub fn best_in_loop(x: &[f64], weights: &[f64]) -> f64 {
    let mut best: Option<f64> = None;
    for i in 0..x.len() {
        let score = x[i] * weights[i];
        best = Some(match best {
            Some(b) if b > score => b,
            _ => score,
        });
    }
    let mut at = None;
    for (i, w) in weights.iter().enumerate() {
        if *w > 0.5 {
            at = Some((i, w * w));
            break;
        }
    }
    let mut first = None;
    for i in 0..x.len() {
        if first.is_none() && x[i] > 0.0 {
            first = Some(i);
        }
    }
    let (index, square) = at.unwrap_or((0, 1.0));
    best.unwrap() * square + x[index] + first.map_or(0.0, |i| x[i])
}

#[grad(jvp)]
pub fn stack(x: &[f64]) -> f64 {
    let mut todo = vec![x[0]];
    let mut sum = 0.0;
    let mut rounds = 0;
    while let Some(top) = todo.pop() {
        sum += top * top;
        if rounds < 3 {
            rounds += 1;
            todo.push(top * 0.5);
            todo.push(top + x[rounds]);
        }
    }
    sum
}

#[grad(jvp)]
pub fn methods(x: f64, y: f64) -> f64 {
    let a = Some(x).filter(|v| *v > 0.0);
    let b = a.or(Some(y)).and_then(|v| if v < 10.0 { Some(v * v) } else { None });
    let c = a.zip(b).map(|(p, q)| p * q);
    let d = (x > y).then_some(x - y).or_else(|| Some(y.exp()));
    let e = (y > 5.0).then(|| y.ln()).unwrap_or_default();
    let mut f = c;
    let g = f.take().unwrap_or_else(|| x + y);
    let h = f.replace(x * 2.0).is_none();
    let k = *f.get_or_insert(3.0);
    if let Some(inner) = f.as_mut() {
        *inner += y;
    }
    let m = if h { f.unwrap() } else { 0.0 };
    let n = if c.is_some_and(|v| v > 0.0) { x } else { y };
    g * d.unwrap() + e + k * m + n + b.unwrap_or(1.0)
}

#[grad(jvp)]
pub fn mutable_elements(x: &[f64], i: usize) -> f64 {
    let mut v = x.to_vec();
    if let Some(e) = v.get_mut(i) {
        *e *= 3.0;
    }
    if let Some(e) = v.last_mut() {
        *e = e.sin();
    }
    if let Some((a, rest)) = v.split_first_mut() {
        rest[0] *= *a;
        *a = 2.0;
    }
    let mut sum = 0.0;
    for e in &v {
        sum += e * e;
    }
    sum
}

pub fn cases(c: &mut Checker) {
    check!(c, chosen(0.75, -0.5) -> f64);
    check!(c, chosen(-0.75, 0.5) -> f64);
    let x = vec![0.5, 1.5, -0.25, 0.75];
    check!(c, elements(&x, const 2) -> f64);
    check!(c, elements(&x, const 9) -> f64);
    check!(c, best_in_loop(&x, &vec![0.25, 0.75, -2.0, 1.0]) -> f64);
    check!(c, best_in_loop(&x, &vec![-0.25, -0.75, -2.0, -1.5]) -> f64);
    check!(c, stack(&x) -> f64);
    check!(c, methods(0.75, -0.5) -> f64);
    check!(c, methods(-0.75, 0.5) -> f64);
    check!(c, methods(0.25, 0.5) -> f64);
    check!(c, mutable_elements(&x, const 1) -> f64);
    check!(c, mutable_elements(&x, const 7) -> f64);
}
