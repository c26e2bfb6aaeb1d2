// Results that are parameters: the identity, a part, an unchanged buffer.

#[grad(jvp)]
pub fn identity(x: f64) -> f64 {
    x
}

#[grad(jvp)]
pub fn second(_x: f64, y: f64) -> f64 {
    y
}

#[grad(jvp)]
pub fn pair(x: f64, y: f64) -> (f64, f64, f64) {
    (y, x, y)
}

#[grad(jvp)]
pub fn element(x: &[f64], i: usize) -> f64 {
    x[i]
}

#[grad(jvp)]
pub fn same_array(x: [f64; 2]) -> [f64; 2] {
    x
}

#[grad(jvp)]
pub fn untouched(x: &mut [f64], y: f64) -> f64 {
    x[1] * y
}

pub fn cases(c: &mut Checker) {
    check!(c, identity(0.75) -> f64);
    check!(c, second(0.75, 1.5) -> f64);
    check!(c, pair(0.75, 1.5) -> (f64, f64, f64));
    check!(c, element(&vec![0.5, -1.25], const 1) -> f64);
    check!(c, same_array([0.5, -1.25]) -> [f64; 2]);
    check!(c, untouched(&mut vec![0.5, -1.25], 0.75) -> f64);
}
