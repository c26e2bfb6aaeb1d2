// Parameters without a name, and patterns with `mut` inside.

#[grad(jvp)]
pub fn some_unnamed(x: f64, _: f64, (mut a, b): (f64, f64), _: usize, mut v: [f64; 2]) -> f64 {
    a *= x;
    v[0] += a;
    a * b * v[0] + v[1]
}

pub fn cases(c: &mut Checker) {
    check!(c, some_unnamed(0.75, 1.5, (0.5, -1.25), const 3, [0.25, 0.5]) -> f64);
}
