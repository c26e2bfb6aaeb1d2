// Conditions with `&&` and `||`: the right side guards an index and may not be evaluated.

#[grad(jvp)]
pub fn leading_run(x: &[f64], limit: f64) -> f64 {
    let mut i = 0;
    let mut product = 1.0;
    while i < x.len() && x[i] * product < limit {
        product = product * x[i] + 1.0;
        i += 1;
    }
    if i == x.len() || x[i] < 0.0 { product * product } else { product - x[i] }
}

#[grad(jvp)]
pub fn insertion_gap(x: &[f64]) -> f64 {
    let mut sorted = x.to_vec();
    let mut moved = 0.0;
    for i in 1..sorted.len() {
        let key = sorted[i];
        let mut j = i;
        while j > 0 && sorted[j - 1] > key {
            moved += sorted[j - 1] * key;
            sorted[j] = sorted[j - 1];
            j -= 1;
        }
        sorted[j] = key;
    }
    moved + sorted[0] * sorted[x.len() / 2]
}

pub fn cases(c: &mut Checker) {
    for limit in [0.75, 2.5, 100.0] {
        check!(c, leading_run(&vec![0.5, 1.25, 0.75, -0.25, 1.5], limit) -> f64);
    }
    check!(c, insertion_gap(&vec![1.5, -0.25, 0.75, 2.0, 0.5]) -> f64);
}
