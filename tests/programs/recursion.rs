// Functions that call themselves, with scalars.

#[grad(jvp)]
pub fn power(x: f64, n: u32) -> f64 {
    if n == 0 {
        return 1.0;
    }
    let half = power(x, n / 2);
    if n % 2 == 0 { half * half } else { half * half * x }
}

#[grad(jvp)]
pub fn chebyshev(n: usize, x: f64) -> f64 {
    match n {
        0 => 1.0,
        1 => x,
        n => 2.0 * x * chebyshev(n - 1, x) - chebyshev(n - 2, x),
    }
}

#[grad(jvp)]
pub fn nested_radicals(x: f64, depth: usize) -> f64 {
    if depth == 0 { x } else { (x + nested_radicals(x + 0.25 * x, depth - 1)).sqrt() }
}

#[grad(jvp)]
pub fn called_with_itself(x: f64, n: u8) -> f64 {
    if n < 2 { x.sin() + x } else { called_with_itself(called_with_itself(x, n - 2) * 0.5, n - 1) }
}

pub fn cases(c: &mut Checker) {
    for n in [0, 1, 6, 11] {
        check!(c, power(1.125, const n) -> f64);
    }
    check!(c, chebyshev(const 5, 0.375) -> f64);
    check!(c, nested_radicals(1.5, const 4) -> f64);
    check!(c, called_with_itself(0.75, const 4) -> f64);
}
