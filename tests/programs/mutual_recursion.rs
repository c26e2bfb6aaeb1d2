// Two functions that call each other.

#[grad(jvp)]
pub fn even_term(x: f64, n: usize) -> f64 {
    if n == 0 { 1.0 } else { x * odd_term(x, n - 1) + 0.5 }
}

#[grad(jvp)]
pub fn odd_term(x: f64, n: usize) -> f64 {
    if n == 0 {
        return x;
    }
    even_term(x * x, n - 1) - x
}

pub fn cases(c: &mut Checker) {
    check!(c, even_term(0.75, const 5) -> f64);
    check!(c, odd_term(0.75, const 4) -> f64);
}
