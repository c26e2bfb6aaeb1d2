// `match` on tuples of integers and bools, with guards over integers and over active values.

#[grad(jvp)]
pub fn spline_piece(x: f64, segment: usize, natural: bool) -> f64 {
    match (segment, natural) {
        (0, true) => x,
        (0, false) => x + 0.25 * x * x,
        (n, true) if n % 2 == 0 => x * x * n as f64,
        (1..=3, _) => x * x * x,
        (n, _) if x > 1.0 => x.ln() * n as f64,
        (_, _) => x.sqrt(),
    }
}

#[grad(jvp)]
pub fn quadrant(x: f64, y: f64) -> f64 {
    match (x >= 0.0, y >= 0.0) {
        (true, true) => x * y,
        (false, true) => x * x - y,
        (false, false) => x.sin() * y.cos(),
        (true, false) => x / y,
    }
}

pub fn cases(c: &mut Checker) {
    for (segment, natural) in [(0, true), (0, false), (2, true), (3, false), (5, false)] {
        check!(c, spline_piece(0.75, const segment, const natural) -> f64);
    }
    check!(c, spline_piece(1.75, const 5, const false) -> f64);
    for (x, y) in [(0.5, 0.75), (-0.5, 0.75), (-0.5, -0.75), (0.5, -0.75)] {
        check!(c, quadrant(x, y) -> f64);
    }
}
