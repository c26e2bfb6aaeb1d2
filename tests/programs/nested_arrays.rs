// Matrices as arrays of arrays: read, built, overwritten by element and by row.

#[grad(jvp)]
pub fn determinant(m: [[f64; 3]; 3]) -> f64 {
    m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
        - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
        + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
}

#[grad(jvp)]
pub fn repeated_square(m: [[f64; 2]; 2], times: usize) -> f64 {
    let mut p = m;
    for _ in 0..times {
        let mut square = [[0.0; 2]; 2];
        for i in 0..2 {
            for j in 0..2 {
                for k in 0..2 {
                    square[i][j] += p[i][k] * p[k][j];
                }
            }
        }
        p = square;
    }
    p[0][0] + p[0][1] * p[1][0]
}

#[grad(jvp)]
pub fn rows_moved(m: [[f64; 2]; 3]) -> f64 {
    let mut rows = m;
    rows[0] = rows[2];
    rows[1] = [rows[0][0] * rows[1][1], rows[0][1]];
    let last = rows[2];
    rows[2] = rows[1];
    rows[2][0] += last[1] * rows[0][0];
    rows[1][1] * rows[2][0] + last[0]
}

#[grad(jvp)]
pub fn cube(t: [[[f64; 2]; 2]; 2], axis: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..2 {
        for j in 0..2 {
            for k in 0..2 {
                let weight = [i, j, k][axis] as f64 + 0.5;
                sum += weight * t[i][j][k] * t[k][i][j];
            }
        }
    }
    sum
}

pub fn cases(c: &mut Checker) {
    check!(c, determinant([[0.5, -1.25, 0.75], [1.5, 0.25, -0.5], [2.0, 1.0, -0.75]]) -> f64);
    check!(c, repeated_square([[0.5, -0.25], [0.75, 1.25]], const 2) -> f64);
    check!(c, rows_moved([[0.5, -0.25], [0.75, 1.25], [1.5, -2.0]]) -> f64);
    let t = [[[0.5, -0.25], [0.75, 1.25]], [[1.5, -2.0], [0.25, 1.0]]];
    check!(c, cube(t, const 1) -> f64);
}
