// Indices from an integer slice: elements read twice, or never.

#[grad(jvp)]
pub fn bag_of_words(embedding: &[[f64; 2]], words: &[usize], context: [f64; 2]) -> f64 {
    let mut sum = [0.0; 2];
    for w in 0..words.len() {
        for k in 0..2 {
            sum[k] += embedding[words[w]][k];
        }
    }
    let score = sum[0] * context[0] + sum[1] * context[1];
    (1.0 + (-score).exp()).ln()
}

#[grad(jvp)]
pub fn permuted_product(x: &[f64], order: &[u32]) -> f64 {
    let mut y = 0.25;
    for i in 0..order.len() {
        y = y * x[order[i] as usize] + x[i];
    }
    y
}

#[grad(jvp)]
pub fn index_of_index(x: &[f64], next: &[usize], start: usize) -> f64 {
    let mut at = start;
    let mut y = 1.0;
    for _ in 0..5 {
        y *= x[at] + 0.125 * y;
        at = next[next[at]];
    }
    y
}

pub fn cases(c: &mut Checker) {
    let embedding = vec![[0.5, -0.25], [0.75, 1.25], [1.5, -2.0], [0.125, 0.25]];
    check!(c, bag_of_words(&embedding, const &[2, 0, 2], [0.375, 0.75]) -> f64);
    check!(c, permuted_product(&vec![0.5, -1.25, 2.0], const &[2, 0, 0]) -> f64);
    check!(c, index_of_index(&vec![0.5, -1.25, 2.0, 0.75], const &[1, 2, 3, 0], const 1) -> f64);
}
