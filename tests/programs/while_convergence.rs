// A trip count that depends on the data: iterate until it no longer changes.

#[grad(jvp)]
pub fn babylonian(a: f64) -> f64 {
    let mut x = a;
    let mut previous = 0.0;
    while (x - previous).abs() > 1e-3 * x {
        previous = x;
        x = 0.5 * (x + a / x);
    }
    x
}

#[grad(jvp)]
pub fn fixed_point(x: f64, strength: f64) -> f64 {
    let mut y = x;
    let mut residual = 1.0;
    let mut trips = 0;
    while residual > 0.01 && trips < 50 {
        let next = x + strength * y.sin();
        residual = (next - y) * (next - y);
        y = next;
        trips += 1;
    }
    y * trips as f64
}

pub fn cases(c: &mut Checker) {
    check!(c, babylonian(2.5) -> f64);
    check!(c, babylonian(0.125) -> f64);
    check!(c, fixed_point(0.5, 0.75) -> f64);
}
