// Parameters that are an `Option` of a number: they say how, and have no derivative.

#[grad(jvp)]
pub fn scaled(x: f64, scale: Option<f64>) -> f64 {
    x * x * scale.unwrap_or(2.0)
}

#[grad(jvp)]
pub fn power(x: f64, n: Option<usize>) -> f64 {
    if let Some(n) = n { x.powi(n as i32) } else { x }
}

#[grad(jvp, wrt(x))]
pub fn matched(x: f64, slope: &Option<f64>, twice: Option<bool>) -> f64 {
    let mut sum = 0.0;
    for i in 0..3 {
        sum += match slope {
            Some(s) if *s > 1.0 => x.powi(i) * s,
            Some(_) => x.sin(),
            None => x.exp(),
        };
    }
    if twice.unwrap_or(false) { sum * 2.0 } else { sum }
}

#[grad(jvp)]
pub fn early(x: f64, scale: Option<f64>, k: usize) -> f64 {
    let Some(s) = scale else { return x };
    let mut v = vec![x; k];
    for i in 0..k {
        v[i] *= s * v[i];
    }
    v.iter().sum::<f64>() * scaled(x, None)
}

pub fn cases(c: &mut Checker) {
    for scale in [None, Some(0.5), Some(1.5)] {
        check!(c, scaled(0.75, const scale) -> f64);
        check!(c, matched(0.75, const &scale, const Some(true)) -> f64);
        check!(c, matched(0.75, const &scale, const None) -> f64);
        check!(c, early(0.75, const scale, const 3) -> f64);
    }
    check!(c, power(0.75, const Some(3)) -> f64);
    check!(c, power(0.75, const None) -> f64);
}
