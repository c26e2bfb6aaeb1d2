// A product must not be reversed by dividing: an element may be zero.

#[grad(jvp)]
pub fn product(x: &[f64]) -> f64 {
    let mut p = 1.0;
    for i in 0..x.len() {
        p *= x[i];
    }
    p
}

#[grad(jvp)]
pub fn scaled_down_and_up(x: f64, y: f64) -> f64 {
    let mut z = x + y;
    z *= x;
    let before = z;
    z *= y;
    z += before;
    z * z + x
}

pub fn cases(c: &mut Checker) {
    check!(c, product(&vec![0.5, -1.25, 2.0]) -> f64);
    check!(c, product(&vec![0.5, 0.0, 2.0]) -> f64);
    check!(c, product(&vec![0.5, 0.0, 0.0, 1.5]) -> f64);
    check!(c, scaled_down_and_up(0.75, 0.0) -> f64);
    check!(c, scaled_down_and_up(0.0, 0.75) -> f64);
}
