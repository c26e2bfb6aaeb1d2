// Indices from an integer slice on the left: elements added to, and overwritten more than once.

#[grad(jvp)]
pub fn histogram_energy(x: &[f64], bins: &[usize]) -> f64 {
    let mut totals = [0.0; 3];
    for i in 0..x.len() {
        totals[bins[i]] += x[i] * x[i];
    }
    totals[0] * totals[1] + totals[2] * totals[2]
}

#[grad(jvp)]
pub fn last_writer_wins(x: &[f64], at: &[usize]) -> f64 {
    let mut y = [0.5; 4];
    let mut mixed = 0.0;
    for i in 0..x.len() {
        mixed += y[at[i]] * x[i];
        y[at[i]] = x[i] * x[i] + mixed;
    }
    y[0] * y[1] + y[2] * y[3] + mixed
}

#[grad(jvp)]
pub fn sparse_matrix_vector(values: &[f64], rows: &[usize], columns: &[usize], x: &[f64]) -> f64 {
    let mut y = vec![0.0; x.len()];
    for k in 0..values.len() {
        y[rows[k]] += values[k] * x[columns[k]];
    }
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += y[i] * y[i];
    }
    sum
}

pub fn cases(c: &mut Checker) {
    check!(c, histogram_energy(&vec![0.5, -1.25, 2.0, 0.75], const &[0, 2, 0, 1]) -> f64);
    check!(c, last_writer_wins(&vec![0.5, -1.25, 2.0, 0.75, 1.5], const &[1, 3, 1, 0, 3]) -> f64);
    let (rows, columns) = ([0, 0, 1, 2], [1, 2, 1, 0]);
    let (values, x) = (vec![0.5, -1.25, 2.0, 0.75], vec![1.5, -0.25, 1.0]);
    check!(c, sparse_matrix_vector(&values, const &rows, const &columns, &x) -> f64);
}
