// `return` from an inner loop while both loops carry state.

#[grad(jvp)]
pub fn first_dominated(m: &[[f64; 3]], limit: f64) -> f64 {
    let mut weight = 1.0;
    for i in 0..m.len() {
        let mut row = weight;
        for j in 0..3 {
            row = row * m[i][j] + 0.25;
            if row > limit {
                return row * weight;
            }
            if m[i][j] < 0.0 {
                weight -= m[i][j];
                break;
            }
        }
        weight *= row;
    }
    weight
}

pub fn cases(c: &mut Checker) {
    let m = vec![[0.5, 1.25, 0.75], [1.5, -0.5, 2.0], [1.25, 1.5, 2.5]];
    for limit in [0.875, 1.875, 100.0] {
        check!(c, first_dominated(&m, limit) -> f64);
    }
}
