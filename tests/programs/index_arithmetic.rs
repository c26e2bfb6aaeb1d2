// Matrices in flat slices: `m[i * columns + j]`.

#[grad(jvp)]
pub fn quadratic_form(m: &[f64], x: &[f64]) -> f64 {
    let n = x.len();
    let mut sum = 0.0;
    for i in 0..n {
        for j in 0..n {
            sum += x[i] * m[i * n + j] * x[j];
        }
    }
    sum
}

#[grad(jvp)]
pub fn product_trace(a: &[f64], b: &[f64], n: usize, m: usize) -> f64 {
    let mut c = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..n {
            for k in 0..m {
                c[i * n + j] += a[i * m + k] * b[k * n + j];
            }
        }
    }
    let mut trace = 0.0;
    for i in 0..n {
        trace += c[i * n + i] * c[i * (n + 1)];
    }
    trace + c[n * n - 1]
}

pub fn cases(c: &mut Checker) {
    check!(c, quadratic_form(&vec![1.5, -0.5, 0.25, 2.0], &vec![0.75, -1.25]) -> f64);
    let a = vec![0.5, 1.0, -0.75, 1.5, 0.25, -1.0];
    let b = vec![1.25, -0.5, 0.75, 2.0, -0.25, 0.5];
    check!(c, product_trace(&a, &b, const 2, const 3) -> f64);
}
