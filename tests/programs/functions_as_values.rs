// Functions named where a value stands, and functions declared inside of the body.

#[grad(jvp)]
pub fn cube(x: f64) -> f64 {
    x * x * x
}

#[grad(jvp)]
pub fn mapped(x: &[f64]) -> f64 {
    let a: f64 = x.iter().copied().map(f64::sin).sum();
    let b: f64 = x.iter().copied().map(cube).sum();
    let c: f64 = x.iter().copied().map(f64::abs).fold(0.0, f64::max);
    let f = f64::tanh;
    let g = cube;
    a + b * c + f(x[0]) * g(x[1])
}

#[grad(jvp)]
pub fn inner(x: &[f64], k: f64) -> f64 {
    fn square(v: f64) -> f64 {
        v * v
    }
    fn clipped(v: f64, limit: f64) -> f64 {
        if v > limit {
            return limit;
        }
        square(v) / limit
    }
    fn norm(x: &[f64]) -> f64 {
        x.iter().map(|v| square(*v)).sum::<f64>().sqrt()
    }
    fn add_to(y: &mut [f64], k: f64) {
        for v in y {
            *v += k;
        }
    }
    fn middle(low: usize, high: usize) -> usize {
        (low + high) / 2
    }
    let mut y = x.to_vec();
    add_to(&mut y, k);
    add_to(&mut y[1..], square(k));
    norm(&y) + x.iter().map(|v| clipped(*v, k)).sum::<f64>() * y[middle(0, x.len())]
}

#[grad(jvp)]
pub fn of_higher_order(x: f64) -> f64 {
    fn twice(f: impl Fn(f64) -> f64, x: f64) -> f64 {
        f(f(x))
    }
    fn simpson<F: Fn(f64) -> f64>(f: F, a: f64, b: f64) -> f64 {
        let mid = 0.5 * (a + b);
        (b - a) / 6.0 * (f(a) + 4.0 * f(mid) + f(b))
    }
    let k = x * x;
    twice(|v| k * v.sin(), x) + simpson(|t| (k * t).exp(), 0.0, x) + twice(f64::cos, x)
}

#[grad(jvp)]
pub fn rectified(x: f64) -> f64 {
    x.max(0.0)
}

#[grad(jvp)]
pub fn as_pointers(x: f64) -> f64 {
    let activation = rectified as fn(f64) -> f64;
    let wave = f64::sin as fn(f64) -> f64;
    activation(x) * [x, x * x].iter().map(|v| wave(*v)).sum::<f64>()
}

pub fn cases(c: &mut Checker) {
    let x = vec![0.5, 1.25, -0.75, 2.0];
    check!(c, mapped(&x) -> f64);
    check!(c, inner(&x, 0.75) -> f64);
    check!(c, of_higher_order(0.625) -> f64);
    check!(c, as_pointers(0.75) -> f64);
}
