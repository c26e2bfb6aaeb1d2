// Arrays passed by value and by reference, and returned.

#[grad(jvp)]
pub fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

#[grad(jvp)]
pub fn dot(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[grad(jvp)]
pub fn triple_product(m: [[f64; 3]; 3]) -> f64 {
    dot(&m[0], &cross(m[1], m[2]))
}

#[grad(jvp)]
pub fn torque_sum(arms: &[[f64; 3]], force: [f64; 3]) -> f64 {
    let mut total = [0.0; 3];
    for i in 0..arms.len() {
        let torque = cross(arms[i], force);
        for k in 0..3 {
            total[k] += torque[k];
        }
    }
    dot(&total, &total).sqrt() + cross(total, [1.0, 0.0, 0.5])[1]
}

pub fn cases(c: &mut Checker) {
    check!(c, cross([0.5, -1.25, 0.75], [1.5, 0.25, -0.5]) -> [f64; 3]);
    check!(c, triple_product([[0.5, -1.25, 0.75], [1.5, 0.25, -0.5], [2.0, 1.0, -0.75]]) -> f64);
    check!(c, torque_sum(&vec![[0.5, -1.25, 0.75], [1.5, 0.25, -0.5]], [0.25, 1.0, -2.0]) -> f64);
}
