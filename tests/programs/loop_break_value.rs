// `loop` that is left with a value.

#[grad(jvp)]
pub fn first_above(x: f64, growth: f64, limit: f64) -> f64 {
    let mut y = x;
    let overshoot = loop {
        if y > limit {
            break (y - limit) * y;
        }
        y += growth * y;
    };
    overshoot + y
}

#[grad(jvp)]
pub fn series_until_small(x: f64) -> f64 {
    let mut term = x;
    let mut sum = 0.0;
    let mut k = 1;
    let (value, count) = loop {
        sum += term;
        term *= -x * x / ((2 * k) * (2 * k + 1)) as f64;
        if term.abs() < 1e-3 {
            break (sum, k);
        }
        k += 1;
    };
    value * count as f64
}

#[grad(jvp)]
pub fn several_breaks(x: f64, y: f64) -> f64 {
    let mut z = x;
    2.0 * loop {
        z = z * z + 0.25;
        if z > 4.0 {
            break z.ln();
        }
        z += y;
        if z < 0.0 {
            break z * y;
        }
    }
}

// What is no number is in memory that is there before the loop.
#[grad(jvp)]
pub fn fixed_point(a: [f64; 2]) -> [f64; 2] {
    let mut p = [1.0, 0.5];
    let mut rounds = 0;
    loop {
        let mut next = [0.0; 2];
        for i in 0..2 {
            next[i] = a[i] * (p[i] + a[0]) / 4.0;
        }
        p = next;
        rounds += 1;
        if rounds > 3 {
            break p;
        }
    }
}

#[grad(jvp)]
pub fn with_rounds(a: [f64; 2], limit: f64) -> f64 {
    let mut p = a;
    let mut rounds = 0;
    let (q, n) = loop {
        p[0] *= p[1];
        rounds += 1;
        if p[0] < limit || rounds > 8 {
            break (p, rounds);
        }
        p[1] *= 0.75;
    };
    let rows: Vec<f64> = loop {
        let scaled: Vec<f64> = q.iter().map(|v| v * a[1]).collect();
        break scaled;
    };
    rows[0] * rows[1] * n as f64
}

// An iterator that only one path moves on.
#[grad(jvp)]
pub fn in_pairs(x: &[f64]) -> f64 {
    let mut items = x.iter();
    let mut sum = 1.0;
    while let Some(v) = items.next() {
        sum = sum * 0.5 + v * v;
        if *v > 0.5
            && let Some(w) = items.next()
        {
            sum += w * sum;
        }
    }
    sum
}

pub fn cases(c: &mut Checker) {
    check!(c, fixed_point([0.75, 1.25]) -> [f64; 2]);
    check!(c, with_rounds([0.75, 0.875], 0.25) -> f64);
    check!(c, in_pairs(&vec![0.75, 0.25, 0.375, 0.625, 1.25]) -> f64);
    check!(c, first_above(0.5, 0.375, 2.0) -> f64);
    check!(c, first_above(2.5, 0.375, 2.0) -> f64);
    check!(c, series_until_small(1.25) -> f64);
    check!(c, several_breaks(0.75, 0.5) -> f64);
    check!(c, several_breaks(0.75, -1.5) -> f64);
}
