// `&[Vec<T>]`: rows of different lengths.

#[grad(jvp)]
pub fn ragged_energy(rows: &[Vec<f64>], weight: f64) -> f64 {
    let mut energy = 0.0;
    for r in 0..rows.len() {
        let mut sum = weight;
        for i in 0..rows[r].len() {
            sum = sum * rows[r][i] + 0.5;
        }
        energy += sum * sum;
    }
    energy
}

pub fn cases(c: &mut Checker) {
    let rows = vec![vec![0.5, -1.25, 0.75], vec![], vec![1.5]];
    check!(c, ragged_energy(&rows, 0.875) -> f64);
}
