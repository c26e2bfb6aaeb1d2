// `split_at_mut`: one part is written from the other.

#[grad(jvp)]
pub fn butterfly(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    let n = y.len();
    let mut size = n / 2;
    while size >= 1 {
        let mut start = 0;
        while start < n {
            let block = &mut y[start..start + 2 * size];
            let (upper, lower) = block.split_at_mut(size);
            for i in 0..size {
                let difference = (upper[i] - lower[i]) * 0.5;
                upper[i] += lower[i] * lower[i];
                lower[i] = difference;
            }
            start += 2 * size;
        }
        size /= 2;
    }
    y[0] * y[n - 1] + y[1]
}

#[grad(jvp)]
pub fn eliminate(a: &[f64; 9]) -> f64 {
    let mut m = *a;
    for k in 0..2 {
        let (done, below) = m.split_at_mut(3 * (k + 1));
        let pivot = &done[3 * k..];
        for i in 0..2 - k {
            let factor = below[3 * i + k] / pivot[k];
            for j in k..3 {
                below[3 * i + j] -= factor * pivot[j];
            }
        }
    }
    m[0] * m[4] * m[8]
}

pub fn cases(c: &mut Checker) {
    check!(c, butterfly(&vec![0.5, -1.25, 2.0, 0.75]) -> f64);
    check!(c, eliminate(&[1.5, 0.5, -0.25, 0.75, 2.0, 1.0, -0.5, 0.25, 1.25]) -> f64);
}
