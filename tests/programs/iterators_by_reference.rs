// Iterators of which a part is taken by `&mut`, `by_ref`, `find`, `any` and their like, and the rest afterwards.

#[grad(jvp)]
pub fn part2(x: &[f64]) -> f64 {
    let mut it = x.iter().map_while(|v| if *v > -10.0 { Some(v * 2.0) } else { None });
    let a: f64 = it.by_ref().take(2).sum();
    let b: f64 = it.map(|v| v * v).sum();
    a * b
}

#[grad(jvp)]
pub fn groups(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut total = 0.0;
    let mut k = 0;
    loop {
        let g: Vec<f64> = it.by_ref().take(2).map(|v| v.sin()).collect();
        if g.is_empty() {
            break;
        }
        total += g.iter().product::<f64>() * (k + 1) as f64;
        k += 1;
    }
    total
}

#[grad(jvp)]
pub fn header(x: &[f64]) -> f64 {
    let mut it = x.iter().copied().enumerate();
    let mut scale = 1.0;
    for (i, v) in it.by_ref() {
        scale *= v + 0.5;
        if i == 1 || scale > 3.0 {
            break;
        }
    }
    let mut s = 0.0;
    for (i, v) in &mut it {
        if i % 2 == 0 {
            continue;
        }
        s += v * scale;
        if s > 2.0 {
            break;
        }
    }
    match it.next() {
        Some((i, v)) => s * v + i as f64,
        None => s * scale,
    }
}

#[grad(jvp)]
pub fn zipped(x: &[f64]) -> f64 {
    let mut it = x.iter().map(|v| v * v);
    let a: f64 = [0.5, 0.25].iter().zip(&mut it).map(|(w, v)| w * v).sum();
    let b = it.next().unwrap_or(1.0);
    let c: f64 = it.by_ref().take(2).zip(1..).map(|(v, w)| v * w as f64).sum();
    a * b + c + it.sum::<f64>()
}

#[grad(jvp)]
pub fn parts_of_parts(x: &[f64]) -> f64 {
    let mut it = x.iter().filter(|v| **v > 0.35);
    let Some(first) = it.next() else { return 0.0 };
    let mut best = *first;
    while let Some(v) = it.next() {
        if *v > best {
            best = *v;
        } else {
            best += 0.1 * v;
        }
    }
    best * first
}

#[grad(jvp)]
pub fn fail_fast(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let r = it.try_fold(0.0, |a, v| if *v > 1.25 { None } else { Some(a + v * v) });
    let rest: f64 = it.map(|v| v.cos()).sum();
    r.unwrap_or(2.0) * rest
}

#[grad(jvp)]
pub fn tokens(x: &[f64]) -> f64 {
    let mut it = x.iter().filter_map(|v| (*v > 0.0).then(|| v.ln()));
    let all = it.all(|v| v < 0.1);
    let a = it.next().unwrap_or(0.5);
    let n = it.nth(1).unwrap_or(0.25);
    if all { a } else { a * n + x[0] }
}

#[grad(jvp)]
pub fn inner(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 0.0;
    for i in 0..3 {
        let p: f64 = it.by_ref().take(i).map(|v| v * (i as f64)).sum();
        if p > 2.0 {
            if let Some(v) = it.find(|v| **v > 0.1) {
                s += v * p;
            }
        }
        s += p.sin();
    }
    s
}

#[grad(jvp)]
pub fn found_and_asked(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let b = it.find(|v| **v > 0.6).copied().unwrap_or(2.0);
    let any = it.any(|v| *v > 0.85);
    let p = it.position(|v| *v > 1.0).unwrap_or(7);
    b * it.sum::<f64>() + if any { x[0] } else { 0.0 } + p as f64 * x[1]
}

#[grad(jvp)]
pub fn until_enough(x: &[f64]) -> f64 {
    let mut it = x.iter().filter(|v| **v > 0.0);
    let mut s = 0.0;
    for v in &mut it {
        s += v * v;
        if s > 0.5 {
            break;
        }
    }
    for v in it {
        s += v.sin();
    }
    s
}

/// From the end.
#[grad(jvp)]
pub fn from_the_end(x: &[f64]) -> f64 {
    let i = x.iter().rposition(|v| *v > 0.55).unwrap_or(0);
    let j = x.iter().rfind(|v| **v < 0.85).copied().unwrap_or(1.0);
    let rest = if x.is_sorted() { x[1] } else { x[1] * x[1] };
    x[i] * j + rest + x.iter().rfold(0.5, |a, v| a * 0.5 + v * a)
}

pub fn cases(c: &mut Checker) {
    let a = vec![0.51, 0.73, 1.3, 0.9];
    let b = vec![1.2, -0.42, 0.3, 0.8, -0.6, 2.1];
    check!(c, part2(&a) -> f64);
    check!(c, part2(&b) -> f64);
    check!(c, groups(&a) -> f64);
    check!(c, groups(&b) -> f64);
    check!(c, header(&a) -> f64);
    check!(c, header(&b) -> f64);
    check!(c, zipped(&a) -> f64);
    check!(c, zipped(&b) -> f64);
    check!(c, parts_of_parts(&a) -> f64);
    check!(c, parts_of_parts(&b) -> f64);
    check!(c, fail_fast(&a) -> f64);
    check!(c, fail_fast(&b) -> f64);
    check!(c, tokens(&a) -> f64);
    check!(c, tokens(&b) -> f64);
    check!(c, inner(&a) -> f64);
    check!(c, inner(&b) -> f64);
    check!(c, found_and_asked(&a) -> f64);
    check!(c, found_and_asked(&b) -> f64);
    check!(c, until_enough(&a) -> f64);
    check!(c, until_enough(&b) -> f64);
    check!(c, groups(&vec![]) -> f64);
    check!(c, from_the_end(&a) -> f64);
    check!(c, from_the_end(&b) -> f64);
    check!(c, from_the_end(&vec![0.25, 0.5, 0.75]) -> f64);
}
