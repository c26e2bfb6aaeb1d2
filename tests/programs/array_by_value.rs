// Arrays by value, read, overwritten and returned as gradients of the same shape.

#[grad(jvp)]
pub fn triangle_area(a: [f64; 2], b: [f64; 2], c: [f64; 2]) -> f64 {
    0.5 * ((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]))
}

#[grad(jvp)]
pub fn overwritten_parameter(mut x: [f64; 4]) -> f64 {
    for i in 1..4 {
        x[i] = x[i] * x[i - 1] + x[i - 1];
    }
    x[0] = x[3] * x[2];
    x[0] + x[1]
}

#[grad(jvp)]
pub fn copied(x: [f64; 3]) -> f64 {
    let y = x;
    let mut z = x;
    z[1] = y[0] * y[2];
    z[0] *= z[1];
    x[1] * z[0] + y[1] * z[2]
}

pub fn cases(c: &mut Checker) {
    check!(c, triangle_area([0.5, -0.25], [1.5, 0.75], [-0.75, 2.0]) -> f64);
    check!(c, overwritten_parameter([0.5, -1.25, 0.75, 2.0]) -> f64);
    check!(c, copied([0.5, -1.25, 0.75]) -> f64);
}
