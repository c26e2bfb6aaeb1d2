// A kernel chosen by its name: texts as patterns, alone and inside of others.

#[grad(jvp)]
pub fn kernel(x: f64, name: &str) -> f64 {
    match name {
        "gauss" => (-0.5 * x * x).exp(),
        "laplace" | "exponential" => (-x.abs()).exp(),
        _ if name.is_empty() => x,
        _ => 1.0 / (1.0 + x * x),
    }
}

#[grad(jvp)]
pub fn sum_of(x: f64, names: &[&str]) -> f64 {
    let mut y = 0.0;
    for name in names {
        y += match *name {
            "square" => x * x,
            _ => 3.0 * x,
        };
    }
    if let Some(&"square") = names.first() {
        y *= x;
    }
    y
}

pub fn cases(c: &mut Checker) {
    check!(c, kernel(0.5, const "gauss") -> f64);
    check!(c, kernel(0.5, const "exponential") -> f64);
    check!(c, kernel(0.5, const "") -> f64);
    check!(c, kernel(0.5, const "cauchy") -> f64);
    check!(c, sum_of(1.25, const &["square", "line"]) -> f64);
    check!(c, sum_of(1.25, const &["line", "square"]) -> f64);
}
