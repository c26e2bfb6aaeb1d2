// Rules of one's own that are a pair of sweeps: what they are given is said by names. Slices, arrays that move, tuples,
// what is written through `&mut`, adjoints to add to, residuals of a type of one's own, functions of another module.

use autodiff_runtime::derivative;

pub fn norm(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    x.iter().for_each(|x| sum += x * x);
    sum.sqrt()
}

#[derivative]
impl norm {
    pub fn forward(x: &[f64]) -> (f64, f64) {
        let value = norm(x);
        (value, value)
    }

    pub fn reverse(x: &[f64], norm: f64, seed: f64) -> Vec<f64> {
        x.iter().map(|x| seed * x / norm).collect()
    }

    pub fn jvp(x: &[f64], d_x: &[f64]) -> (f64, f64) {
        let value = norm(x);
        let along = Self::dot(x, d_x);
        (value, along / value)
    }

    fn dot(a: &[f64], b: &[f64]) -> f64 {
        let mut sum = 0.0;
        a.iter().zip(b).for_each(|(a, b)| sum += a * b);
        sum
    }
}

mod foreign {
    /// Moves its argument.
    pub fn rotated(v: [f64; 2], angle: f64, times: usize) -> ([f64; 2], usize) {
        let (sin, cos) = (angle * times as f64).sin_cos();
        ([cos * v[0] - sin * v[1], sin * v[0] + cos * v[1]], times)
    }

    pub fn cumulate(x: &[f64], by: f64, out: &mut [f64]) {
        let mut sum = 0.0;
        for (out, x) in out.iter_mut().zip(x) {
            sum += x * by;
            *out += sum;
        }
    }
}

pub struct Angle {
    sin: f64,
    cos: f64,
}

use autodiff_runtime::NoDerivative;

#[derivative(of = foreign::rotated)]
impl turned {
    fn forward(v: [f64; 2], angle: f64, times: usize) -> (([f64; 2], usize), Angle) {
        let (sin, cos) = (angle * times as f64).sin_cos();
        (foreign::rotated(v, angle, times), Angle { sin, cos })
    }

    fn reverse(
        v: [f64; 2],
        times: usize,
        &Angle { sin, cos }: &Angle,
        seed: ([f64; 2], NoDerivative),
    ) -> ([f64; 2], f64) {
        let seed = seed.0;
        let d_v = [cos * seed[0] + sin * seed[1], cos * seed[1] - sin * seed[0]];
        let d_sin = v[0] * seed[1] - v[1] * seed[0];
        let d_cos = v[0] * seed[0] + v[1] * seed[1];
        (d_v, times as f64 * (d_sin * cos - d_cos * sin))
    }

    fn jvp(
        v: [f64; 2],
        d_v: [f64; 2],
        angle: f64,
        d_angle: f64,
        times: usize,
    ) -> (([f64; 2], usize), ([f64; 2], NoDerivative)) {
        let value = foreign::rotated(v, angle, times);
        let [a, b] = value.0;
        let by = d_angle * times as f64;
        let turned = foreign::rotated(d_v, angle, times).0;
        (value, ([turned[0] - b * by, turned[1] + a * by], NoDerivative))
    }
}

#[derivative(of = foreign::cumulate)]
impl running {
    fn forward(x: &[f64], by: f64, out: &mut [f64]) -> ((), ()) {
        (foreign::cumulate(x, by, out), ())
    }

    /// `d_x` is added to; that of `out` goes through unchanged.
    fn reverse(x: &[f64], by: f64, d_x: &mut [f64], d_out: &mut [f64]) -> f64 {
        let (mut d_sum, mut d_by) = (0.0, 0.0);
        for i in (0..x.len()).rev() {
            d_sum += d_out[i];
            d_x[i] += d_sum * by;
            d_by += d_sum * x[i];
        }
        d_by
    }

    fn jvp(
        x: &[f64],
        d_x: &[f64],
        by: f64,
        d_by: f64,
        out: &mut [f64],
        d_out: &mut [f64],
    ) -> ((), ()) {
        let mut d_sum = 0.0;
        for i in 0..x.len() {
            d_sum += d_x[i] * by + x[i] * d_by;
            d_out[i] += d_sum;
        }
        (foreign::cumulate(x, by, out), ())
    }
}

#[grad(jvp)]
pub fn scaled_norm(x: &[f64], by: f64) -> f64 {
    by * norm(x) + norm(&x[1..])
}

#[grad(jvp)]
pub fn norms_in_a_loop(x: &[f64]) -> f64 {
    let mut product = 1.0;
    for i in 1..x.len() {
        let n = norm(&x[..i]);
        if n > 0.25 {
            product *= norm(&[n, product]);
        }
    }
    product
}

#[grad(jvp)]
pub fn of_constants(x: f64) -> f64 {
    let table = [3.0, 4.0];
    x * norm(&table)
}

#[grad(jvp)]
pub fn spiral(start: [f64; 2], angle: f64) -> f64 {
    let mut at = start;
    let mut sum = 0.0;
    for i in 0..4 {
        let (next, times): ([f64; 2], usize) = turned(at, angle, i + 1);
        sum += next[0] * times as f64;
        at = next;
        at[0] *= 1.25;
    }
    sum * at[1]
}

#[grad(jvp)]
pub fn sums(x: &[f64], by: f64) -> f64 {
    let mut out = vec![1.0; x.len()];
    running(x, by, &mut out);
    let mut all = 0.0;
    for i in 0..3 {
        running(&[by, 2.0], out[i], &mut out[1..]);
        all += norm(&out);
    }
    all
}

pub fn cases(c: &mut Checker) {
    let x = vec![0.5, -1.25, 2.0, 0.75];
    check!(c, norm(&x) -> f64);
    check!(c, scaled_norm(&x, 0.5) -> f64);
    check!(c, norms_in_a_loop(&x) -> f64);
    check!(c, of_constants(2.0) -> f64);
    check!(c, running(&x, 0.5, &mut vec![1.0, 2.0, 3.0, 4.0]) -> ());
    check!(c, spiral([1.0, 0.25], 0.375) -> f64);
    check!(c, sums(&x, 0.5) -> f64);
}
