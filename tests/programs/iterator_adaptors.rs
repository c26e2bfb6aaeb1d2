// Adaptors over what can be had by index: any of them from the other end, every other, from the middle, over again.

#[grad(jvp)]
pub fn backwards(x: &[f64], y: &[f64]) -> f64 {
    let a: f64 = x.iter().zip(y).rev().map(|(a, b)| a / (1.0 + b * b)).fold(0.0, |s, v| 0.5 * s + v);
    let b: f64 = x.iter().enumerate().rev().map(|(i, v)| v * i as f64).sum();
    let c: f64 = x.iter().rev().enumerate().map(|(i, v)| v * i as f64).sum();
    a + b * c
}

#[grad(jvp)]
pub fn parts(x: &[f64], n: usize) -> f64 {
    let a: f64 = x.iter().skip(n).map(|v| v.sin()).sum();
    let b: f64 = x.iter().take(n).map(|v| v.cos()).sum();
    let c: f64 = x.iter().skip(1).step_by(2).rev().fold(1.0, |acc, v| acc * v + 1.0);
    let d: f64 = x.iter().rev().skip(n).take(2).zip(x).map(|(a, b)| a * b).sum();
    a + b * c - d
}

#[grad(jvp)]
pub fn ranges(x: &[f64]) -> f64 {
    let n = x.len();
    let a: f64 = (0..n).rev().step_by(2).map(|i| x[i] * i as f64).sum();
    let b: f64 = (1..n).zip(x).map(|(i, v)| v * x[i]).sum();
    let c: f64 = (1..).zip(x.iter().rev()).map(|(k, v)| v / k as f64).sum();
    let d: f64 = (0..3).zip(x).map(|(i, v)| (i - 1) as f64 * v).sum();
    let e: f64 = (-2..=2i32).zip(x.iter().skip(1)).map(|(i, v)| v.powi(i)).sum();
    a + b * c - d + e
}

#[grad(jvp)]
pub fn in_chunks(x: &[f64], n: usize) -> f64 {
    let short: f64 = x.chunks(n).map(|c| c.iter().product::<f64>()).sum();
    let exact: f64 = x.chunks_exact(n).enumerate().map(|(i, c)| c[0] * c[n - 1] * (i + 1) as f64).sum();
    let from_end: f64 = x.rchunks(n).map(|c| c[0] * c.len() as f64).fold(0.0, |a, b| 0.5 * a + b * b);
    short + exact * from_end
}

#[grad(jvp)]
pub fn over_again(x: &[f64]) -> f64 {
    let a: f64 = x.iter().cycle().take(7).enumerate().map(|(i, v)| v / (i + 1) as f64).sum();
    let b: f64 = x.iter().cycle().skip(2).zip(x).map(|(a, b)| a * b).sum();
    a * b
}

#[grad(jvp)]
pub fn from_functions(x: f64) -> f64 {
    let ones: f64 = std::iter::repeat(x).take(3).sum();
    let once: f64 = std::iter::once(x * x).chain([x, 2.0]).map(|v| v.sin()).sum();
    let many: f64 = std::iter::repeat_n(x, 2).product();
    let zipped: f64 = std::iter::zip([x, 1.0], [2.0, x]).map(|(a, b)| a - b * b).sum();
    ones * once + many + zipped
}

#[grad(jvp)]
pub fn matrix_product(a: &[f64], b: &[f64], n: usize) -> f64 {
    a.chunks(n)
        .map(|row| {
            (0..n)
                .map(|j| row.iter().zip(b.iter().skip(j).step_by(n)).map(|(p, q)| p * q).sum::<f64>())
                .map(|v| v * v)
                .sum::<f64>()
        })
        .sum::<f64>()
        .sqrt()
}

#[grad(jvp)]
pub fn looked_at(x: &[f64]) -> f64 {
    let mut seen = 0.0;
    let s: f64 = x.iter().inspect(|v| seen += **v * **v).map(|v| v.exp()).sum();
    s * seen
}

#[grad(jvp)]
pub fn nothing_in_it(x: &[f64]) -> f64 {
    let e = std::iter::empty::<f64>().sum::<f64>();
    x.iter().sum::<f64>() + x.iter().product::<f64>() + e + x.windows(2).map(|w| w[0]).sum::<f64>()
}

#[grad(jvp)]
pub fn left_over(x: &[f64], k: usize) -> f64 {
    let pairs = x.chunks_exact(k);
    let rest: f64 = pairs.remainder().iter().map(|v| v * v).sum();
    let whole: f64 = pairs.map(|c| c[0] * c[k - 1]).sum();
    whole * x.chunks_exact(4).remainder()[0] + rest
}

pub fn cases(c: &mut Checker) {
    check!(c, left_over(&[0.5, -1.5, 0.75, 1.25, 2.0], const 2) -> f64);
    check!(c, left_over(&[0.5, -1.5, 0.75, 1.25, 2.0, 0.25], const 3) -> f64);
    let x = vec![0.5, 1.25, -0.75, 2.0, 0.375];
    check!(c, backwards(&x, &vec![1.5, -0.5, 0.25]) -> f64);
    check!(c, parts(&x, const 2) -> f64);
    check!(c, parts(&x, const 9) -> f64);
    check!(c, ranges(&x) -> f64);
    check!(c, in_chunks(&x, const 2) -> f64);
    check!(c, in_chunks(&x, const 5) -> f64);
    check!(c, over_again(&x) -> f64);
    check!(c, from_functions(0.875) -> f64);
    let (a, b) = (vec![0.5, 1.25, -0.75, 2.0], vec![1.5, -0.5, 0.25, 0.75]);
    check!(c, matrix_product(&a, &b, const 2) -> f64);
    check!(c, looked_at(&x) -> f64);
    check!(c, nothing_in_it(&vec![0.0; 0]) -> f64);
    check!(c, nothing_in_it(&x) -> f64);
}
