// A name for one slice or another, decided at run time.

#[grad(jvp)]
pub fn larger_norm(x: &[f64], y: &[f64]) -> f64 {
    let chosen = if x[0] > y[0] { x } else { y };
    let mut sum = 0.0;
    for i in 0..chosen.len() {
        sum += chosen[i] * chosen[i];
    }
    sum * x[1]
}

#[grad(jvp)]
pub fn row_or_default(m: &[[f64; 2]; 2], row: usize) -> f64 {
    let fallback = [0.5, 1.5];
    let chosen = match row {
        0 | 1 => &m[row],
        _ => &fallback,
    };
    chosen[0] * chosen[1] + m[0][0]
}

#[grad(jvp)]
pub fn narrowed_in_a_loop(x: &[f64]) -> f64 {
    let mut rest = x;
    let mut y = 1.0;
    while rest.len() > 1 {
        let half = rest.len() / 2;
        y *= rest[half];
        rest = if rest[half] > 0.0 { &rest[half..] } else { &rest[..half] };
    }
    y * rest[0]
}

pub fn cases(c: &mut Checker) {
    check!(c, larger_norm(&vec![0.5, -1.25], &vec![0.25, 2.0, 0.75]) -> f64);
    check!(c, larger_norm(&vec![0.5, -1.25], &vec![0.75, 2.0, 0.25]) -> f64);
    for row in 0..3 {
        check!(c, row_or_default(&[[0.5, -1.25], [0.75, 2.0]], const row) -> f64);
    }
    check!(c, narrowed_in_a_loop(&vec![0.5, -1.25, 0.75, 2.0, -0.5]) -> f64);
}
