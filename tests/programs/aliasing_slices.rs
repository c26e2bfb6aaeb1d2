// Several shared views of the same storage: their adjoints must meet in it.

#[grad(jvp)]
pub fn convolution(x: &[f64], kernel: &[f64]) -> f64 {
    let mut energy = 0.0;
    for start in 0..=x.len() - kernel.len() {
        let window = &x[start..start + kernel.len()];
        let mut sum = 0.0;
        for k in 0..kernel.len() {
            sum += window[k] * kernel[k];
        }
        energy += sum * sum;
    }
    energy
}

#[grad(jvp)]
pub fn same_slice_by_many_names(x: &[f64]) -> f64 {
    let a = x;
    let b = &x[1..];
    let c = &a[..2];
    let d = &b[..1];
    a[1] * b[0] * c[1] + d[0] * x[0]
}

/// Called with the same slice for both: neither parameter knows.
#[grad(jvp)]
pub fn bilinear(x: &[f64], y: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i] * y[x.len() - 1 - i] * x[i];
    }
    sum
}

#[grad(jvp)]
pub fn bilinear_of_one(x: &[f64]) -> f64 {
    bilinear(x, x) + bilinear(&x[..2], &x[1..3])
}

pub fn cases(c: &mut Checker) {
    check!(c, convolution(&vec![0.5, -1.25, 2.0, 0.75, 1.5], &vec![0.25, -0.5, 1.0]) -> f64);
    check!(c, same_slice_by_many_names(&vec![0.5, -1.25, 0.75]) -> f64);
    check!(c, bilinear_of_one(&vec![0.5, -1.25, 0.75]) -> f64);
}
