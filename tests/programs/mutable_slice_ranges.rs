// `&mut y[a..b]`: views written through, one after the other, over the same storage.

#[grad(jvp)]
pub fn normalised_rows(m: &[f64], columns: usize) -> f64 {
    let mut out = m.to_vec();
    for r in 0..m.len() / columns {
        let row = &mut out[r * columns..(r + 1) * columns];
        let mut square: f64 = 0.0;
        for j in 0..columns {
            square += row[j] * row[j];
        }
        let norm = square.sqrt();
        for j in 0..columns {
            row[j] /= norm;
        }
    }
    out[0] * out[columns] + out[1] * out[m.len() - 1]
}

#[grad(jvp)]
pub fn overlapping_views(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    {
        let front = &mut y[..3];
        front[0] *= front[2];
        front[2] = front[1] * front[1];
    }
    let back = &mut y[2..];
    back[0] += back[1] * back[0];
    back[1] = back[0].sin();
    y[0] * y[2] + y[3]
}

#[grad(jvp)]
pub fn view_of_a_view(x: &[f64; 6]) -> f64 {
    let mut y = *x;
    let half = &mut y[2..];
    let part = &mut half[1..3];
    part[0] = part[1] * part[0];
    part[1] *= part[0];
    half[0] = half[1] + half[2] * half[3];
    y[2] * y[4]
}

pub fn cases(c: &mut Checker) {
    let x = vec![0.5, -1.25, 2.0, 0.75, 1.5, -0.25];
    check!(c, normalised_rows(&x, const 2) -> f64);
    check!(c, normalised_rows(&x, const 3) -> f64);
    check!(c, overlapping_views(&vec![0.5, -1.25, 2.0, 0.75]) -> f64);
    check!(c, view_of_a_view(&[0.5, -1.25, 2.0, 0.75, 1.5, -0.25]) -> f64);
}
