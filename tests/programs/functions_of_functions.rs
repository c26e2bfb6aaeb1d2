// Functions that take functions: a quadrature rule, Newton's iteration, a step of Runge and Kutta; differentiated through, also
// with respect to what a closure captures.

#[grad(jvp)]
pub fn simpson(f: impl Fn(f64) -> f64, a: f64, b: f64, n: usize) -> f64 {
    let h = (b - a) / n as f64;
    let mut s = f(a) + f(b);
    for i in 1..n {
        let w = if i % 2 == 1 { 4.0 } else { 2.0 };
        s += w * f(a + i as f64 * h);
    }
    s * h / 3.0
}

#[grad(jvp)]
pub fn newton<F, D>(f: F, df: D, mut x: f64) -> f64
where
    F: Fn(f64) -> f64,
    D: Fn(f64) -> f64,
{
    for _ in 0..4 {
        let step = f(x) / df(x);
        if step.abs() < 1e-3 {
            return x - step;
        }
        x -= step;
    }
    x
}

#[grad(jvp)]
pub fn rk4<const N: usize, F: Fn(f64, [f64; N]) -> [f64; N]>(f: F, t: f64, y: [f64; N], h: f64) -> [f64; N] {
    let shift = |k: [f64; N], c: f64| {
        let mut z = y;
        for i in 0..N {
            z[i] += c * k[i];
        }
        z
    };
    let k1 = f(t, y);
    let k2 = f(t + 0.5 * h, shift(k1, 0.5 * h));
    let k3 = f(t + 0.5 * h, shift(k2, 0.5 * h));
    let k4 = f(t + h, shift(k3, h));
    std::array::from_fn(|i| y[i] + h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]))
}

#[grad(jvp)]
pub fn each(mut f: impl FnMut(usize, f64), x: &[f64]) {
    for (i, v) in x.iter().enumerate() {
        f(i, *v);
    }
}

#[grad(jvp)]
pub fn work(k: f64, c: f64, end: f64) -> f64 {
    let force = |x: f64| k * x + c * x.powi(3);
    simpson(force, 0.0, end, 6) + simpson(f64::sin, c, end, 2) * simpson(|x| simpson(|y| x * y * k, 0.0, x, 2), 0.0, c, 4)
}

#[grad(jvp)]
pub fn root(a: f64, start: f64) -> f64 {
    newton(|x| x * x - a, |x| 2.0 * x, start)
}

#[grad(jvp)]
pub fn pendulum(w: &[f64], y: [f64; 2]) -> f64 {
    let field = |t: f64, y: [f64; 2]| [y[1], -w[0] * y[0].sin() + w[1] * t];
    let mut y = y;
    for i in 0..3 {
        y = rk4(field, i as f64 * 0.25, y, 0.25);
    }
    y[0] * y[1]
}

#[grad(jvp)]
pub fn gathered(x: &[f64]) -> f64 {
    let mut total = 0.0;
    let mut weights = [0.0; 2];
    each(
        |i, v| {
            total += v.sin() * i as f64;
            weights[i % 2] += v * total;
        },
        x,
    );
    total + weights[0] * weights[1]
}

/// What follows the call is read before it is known what the callee does, too.
#[grad(jvp)]
pub fn held_over_a_loop(x: f64, y: &[f64]) -> f64 {
    let area = simpson(|t| t * x, 0.0, y[0], 2);
    let mut sum = 0.0;
    for v in y {
        sum += v * x * area;
    }
    sum
}

pub fn cases(c: &mut Checker) {
    check!(c, held_over_a_loop(1.5, &vec![0.5, -0.75, 1.25]) -> f64);
    check!(c, work(1.5, 0.375, 0.875) -> f64);
    check!(c, root(2.5, 1.25) -> f64);
    check!(c, pendulum(&vec![1.5, -0.25], [0.5, 0.75]) -> f64);
    check!(c, gathered(&vec![0.5, -0.75, 1.25, 2.0]) -> f64);
}
