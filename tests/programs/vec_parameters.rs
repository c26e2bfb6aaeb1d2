// `&Vec<T>` and `Vec<T>` in the signature.

#[grad(jvp)]
pub fn by_reference(x: &Vec<f64>, power: i32) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i].powi(power);
    }
    sum
}

#[grad(jvp)]
pub fn by_value(x: Vec<f64>, y: f64) -> f64 {
    let mut sum = y;
    for i in 0..x.len() {
        sum = sum * x[i] + y;
    }
    sum
}

#[grad(jvp)]
pub fn by_value_and_changed(mut x: Vec<f64>) -> f64 {
    for i in 1..x.len() {
        x[i] += x[i - 1] * x[i];
    }
    x[x.len() - 1]
}

pub fn cases(c: &mut Checker) {
    check!(c, by_reference(&vec![0.5, -1.25, 2.0], const 3) -> f64);
    check!(c, by_value(vec![0.5, -1.25, 2.0], 0.75) -> f64);
    check!(c, by_value_and_changed(vec![0.5, -1.25, 2.0]) -> f64);
}
