// The reprojection error of a point: rotation by an axis and angle, projection, distortion.

#[grad(jvp)]
pub fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

#[grad(jvp)]
pub fn rotate(axis: [f64; 3], point: [f64; 3]) -> [f64; 3] {
    let square: f64 = axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2];
    let side = cross(axis, point);
    if square < 1e-12 {
        return [point[0] + side[0], point[1] + side[1], point[2] + side[2]];
    }
    let angle = square.sqrt();
    let (sin, cos) = angle.sin_cos();
    let along = axis[0] * point[0] + axis[1] * point[1] + axis[2] * point[2];
    let mut rotated = [0.0; 3];
    for i in 0..3 {
        let parallel = axis[i] * along * (1.0 - cos) / square;
        rotated[i] = point[i] * cos + side[i] * sin / angle + parallel;
    }
    rotated
}

#[grad(jvp, wrt(camera, point, weight))]
pub fn residual(camera: &[f64; 8], point: [f64; 3], weight: f64, seen: [f64; 2]) -> (f64, f64) {
    let axis = [camera[0], camera[1], camera[2]];
    let moved = [point[0] - camera[3], point[1] - camera[4], point[2] - camera[5]];
    let p = rotate(axis, moved);
    let (x, y) = (p[0] / p[2], p[1] / p[2]);
    let radius = x * x + y * y;
    let distortion = 1.0 + radius * (camera[6] + radius * camera[7]);
    (weight * (distortion * x - seen[0]), weight * (distortion * y - seen[1]))
}

pub fn cases(c: &mut Checker) {
    check!(c, rotate([0.5, -0.25, 0.75], [1.5, 0.25, -0.5]) -> [f64; 3]);
    check!(c, rotate([0.0, 0.0, 0.0], [1.5, 0.25, -0.5]) -> [f64; 3]);
    let camera = [0.25, -0.125, 0.375, 0.5, -0.25, 0.125, 0.0625, -0.031_25];
    check!(
        c,
        residual(&camera, [0.75, 0.5, 3.25], 1.5, const [0.125, 0.25]) -> (f64, f64)
    );
}
