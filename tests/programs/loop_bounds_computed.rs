// Bounds from integer arithmetic, from other loops' counters, and changed after the loop.

#[grad(jvp)]
pub fn pairwise_levels(x: &[f64]) -> f64 {
    let mut level = x.to_vec();
    let mut n = level.len();
    while n > 1 {
        let half = n / 2;
        for i in 0..half {
            level[i] = level[2 * i] * level[2 * i + 1] + 0.5;
        }
        if n % 2 == 1 {
            level[half] = level[n - 1];
        }
        n = half + n % 2;
    }
    level[0]
}

#[grad(jvp)]
pub fn bound_changed_later(x: f64, mut n: usize) -> f64 {
    let mut y = x;
    for i in 0..n {
        y *= x + i as f64;
        n = i + 7;
    }
    for _ in n..=9.min(n + 2) {
        y = y.sin();
    }
    y
}

pub fn cases(c: &mut Checker) {
    check!(c, pairwise_levels(&vec![0.5, -1.25, 2.0, 0.75, 1.5]) -> f64);
    check!(c, pairwise_levels(&vec![0.5, -1.25, 2.0, 0.75]) -> f64);
    check!(c, bound_changed_later(0.75, const 3) -> f64);
    check!(c, bound_changed_later(0.75, const 0) -> f64);
}
