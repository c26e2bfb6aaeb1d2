// An inner loop that runs zero times in some iterations of the outer, and saves in others.

#[grad(jvp)]
pub fn ragged_products(x: &[f64], starts: &[usize]) -> f64 {
    let mut sum = 0.0;
    for r in 0..starts.len() - 1 {
        let mut product = 1.0;
        for i in starts[r]..starts[r + 1] {
            product *= x[i] * (1.0 + sum);
        }
        sum += product * product;
    }
    sum
}

pub fn cases(c: &mut Checker) {
    let x = vec![0.5, -1.25, 0.75, 1.5, 0.25];
    check!(c, ragged_products(&x, const &[0, 0, 2, 2, 2, 5, 5]) -> f64);
    check!(c, ragged_products(&x, const &[3, 3, 3]) -> f64);
}
