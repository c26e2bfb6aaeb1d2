// A function without result that returns early, with the buffer partly written.

#[grad(jvp)]
pub fn integrate_until(x: &mut [f64], limit: f64) {
    for i in 1..x.len() {
        x[i] += x[i - 1] * x[i];
        if x[i] > limit {
            x[0] = x[i] * limit;
            return;
        }
    }
    x[0] *= 0.5;
}

pub fn cases(c: &mut Checker) {
    check!(c, integrate_until(&mut vec![0.5, 1.25, -2.0, 0.75], 1.5) -> ());
    check!(c, integrate_until(&mut vec![0.5, 1.25, -2.0, 0.75], 3.5) -> ());
}
