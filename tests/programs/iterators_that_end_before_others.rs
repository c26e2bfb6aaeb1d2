// Iterators that end early in front of others, or inside of others: they end alone.

#[grad(jvp)]
pub fn in_front(x: &[f64]) -> f64 {
    let a: f64 = x.iter().take_while(|v| **v < 1.0).chain(x).map(|v| v * v).sum();
    let b: f64 = x.iter().filter(|v| **v < 1.0).take(1).chain(x.iter().rev().skip_while(|v| **v > 1.0)).product();
    let c: f64 = x
        .iter()
        .map_while(|v| if *v < 1.0 { Some(v * v) } else { None })
        .chain(x.iter().filter(|v| **v > 0.0).zip(&x[..1]).map(|(a, b)| a * b))
        .chain(x.iter().map(|v| v.sin()))
        .take(5)
        .sum();
    a + b * c
}

#[grad(jvp)]
pub fn inside(x: &[f64]) -> f64 {
    let a: f64 = x.iter().flat_map(|u| x.iter().take_while(|v| **v < 1.0).map(move |v| u * v)).sum();
    let b: f64 = x.iter().flat_map(|u| x.iter().filter(|v| **v < 1.0).take(1).map(move |v| u * v)).sum();
    let c: f64 = x.iter().flat_map(|u| std::iter::successors(Some(*u), |v| (*v < 4.0).then_some(v * 2.0 + 1.0))).take(6).sum();
    a * b + c
}

#[grad(jvp)]
pub fn with_state(x: &[f64]) -> f64 {
    let running = |limit: f64| {
        x.iter().scan(0.0, move |s, v| {
            *s += v * v;
            (*s < limit).then_some(*s)
        })
    };
    running(1.0).chain(running(3.0)).enumerate().map(|(i, v)| v * (i + 1) as f64).sum()
}

#[grad(jvp)]
pub fn left_from_inside(x: &[f64]) -> f64 {
    let mut s = 1.0;
    'all: for (i, v) in x.iter().take_while(|v| **v < 1.0).chain(x).enumerate() {
        if *v < 0.3 {
            continue;
        }
        for w in x.iter().flat_map(|u| [u * v, u + v].into_iter().take_while(|w| *w < 2.0)) {
            if w < 0.2 {
                continue 'all;
            }
            s += w * v;
            if s > 20.0 {
                return s * s;
            }
        }
        if i > 4 {
            break;
        }
    }
    s
}

#[grad(jvp)]
pub fn found_behind(x: &[f64]) -> f64 {
    let both = || x.iter().copied().take_while(|v| *v < 1.0).chain(x.iter().copied());
    let a = both().find(|v| *v > 1.0).unwrap_or(0.5);
    let b = both().last().unwrap_or(0.25);
    let c = both().reduce(|a, b| a * b + 1.0).unwrap_or(0.125);
    let d = both().position(|v| v > 1.0).unwrap_or(7) as f64;
    a * b + c * d
}

pub fn cases(c: &mut Checker) {
    for x in [vec![0.5, 0.25, 3.0, 0.75], vec![1.375, -0.5], vec![0.5, 0.625]] {
        check!(c, in_front(&x) -> f64);
        check!(c, inside(&x) -> f64);
        check!(c, with_state(&x) -> f64);
        check!(c, left_from_inside(&x) -> f64);
        check!(c, found_behind(&x) -> f64);
    }
}
