// Arrays and tuples taken apart by patterns, in `let` and in parameters.

#[grad(jvp)]
pub fn quaternion_rotation(q: [f64; 4], v: [f64; 3]) -> f64 {
    let [w, x, y, z] = q;
    let [a, b, c] = v;
    let (tx, ty, tz) = (2.0 * (y * c - z * b), 2.0 * (z * a - x * c), 2.0 * (x * b - y * a));
    let rotated =
        [a + w * tx + y * tz - z * ty, b + w * ty + z * tx - x * tz, c + w * tz + x * ty - y * tx];
    let [first, .., last] = rotated;
    first * last
}

#[grad(jvp)]
pub fn in_parameters([a, b]: [f64; 2], (c, [d, _]): (f64, [f64; 2])) -> f64 {
    let [[p, q], [r, s]] = [[a, b], [c, d]];
    p * s - q * r
}

#[grad(jvp)]
pub fn by_reference(x: &[f64; 3]) -> f64 {
    let &[a, b, c] = x;
    a * b + c
}

pub fn cases(c: &mut Checker) {
    check!(c, quaternion_rotation([0.75, 0.5, -0.25, 0.375], [0.5, -1.25, 2.0]) -> f64);
    check!(c, in_parameters([0.5, -1.25], (0.75, [2.0, 1.5])) -> f64);
    check!(c, by_reference(&[0.5, -1.25, 0.75]) -> f64);
}
