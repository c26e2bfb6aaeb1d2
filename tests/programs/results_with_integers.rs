// Results and locals that hold integers beside floats: only the floats have derivatives.

#[grad(jvp)]
pub fn sum_and_count(x: &[f64], limit: f64) -> (f64, usize) {
    let mut sum = 0.0;
    let mut count = 0;
    for i in 0..x.len() {
        if x[i] < limit {
            sum += x[i] * x[i];
            count += 1;
        }
    }
    (sum, count)
}

#[grad(jvp)]
pub fn argmax(x: &[f64]) -> (usize, f64, bool) {
    let mut best = 0;
    for i in 1..x.len() {
        if x[i] > x[best] {
            best = i;
        }
    }
    (best, x[best], best == 0)
}

#[grad(jvp)]
pub fn mean_below(x: &[f64], limit: f64) -> f64 {
    let (sum, count) = sum_and_count(x, limit);
    let (at, largest, first) = argmax(x);
    let mean = if count > 0 { sum / count as f64 } else { 0.0 };
    if first { mean } else { mean * x[at] + largest }
}

pub fn cases(c: &mut Checker) {
    check!(c, mean_below(&vec![0.5, -1.25, 2.0, 0.75], 1.0) -> f64);
    check!(c, mean_below(&vec![2.5, -1.25, 2.0, 0.75], 1.0) -> f64);
    check!(c, mean_below(&vec![0.5, -1.25, 2.0, 0.75], -2.0) -> f64);
}
