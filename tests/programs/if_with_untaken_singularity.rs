// The arm that is not taken is not evaluated, so its infinities do not arise.

#[grad(jvp)]
pub fn sinc(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { x.sin() / x }
}

#[grad(jvp)]
pub fn safe_norm(x: f64, y: f64) -> f64 {
    let square = x * x + y * y;
    if square > 0.0 { square.sqrt() } else { 0.0 }
}

#[grad(jvp)]
pub fn entropy(p: f64, q: f64) -> f64 {
    let mut sum = 0.0;
    if p > 0.0 {
        sum -= p * p.ln();
    }
    if q > 0.0 {
        sum -= q * q.ln();
    }
    sum
}

pub fn cases(c: &mut Checker) {
    check!(c, sinc(0.75) -> f64);
    check!(c, safe_norm(0.75, -1.5) -> f64);
    check!(c, entropy(0.25, 0.5) -> f64);
    // At the singularity itself differences say nothing; the derivative is the taken arm's.
    assert_eq!(sinc_grad(0.0), 0.0);
    assert_eq!(safe_norm_grad(0.0, 0.0), (0.0, 0.0));
    assert_eq!(entropy_grad(0.0, 1.0), (0.0, -1.0));
}
