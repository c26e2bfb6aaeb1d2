//! Bundle adjustment: the residual of each observation (two numbers) and its Jacobian with respect to eleven numbers of a
//! camera, a point and a weight. Both rows share one forward sweep.

use autodiff_runtime::grad;

use crate::harness::{Kernel, numbers};

#[grad(jacobian)]
pub fn cross(a: &[f64; 3], b: &[f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// Turns a point about an axis by its length.
#[grad(jacobian)]
pub fn turned(axis: &[f64; 3], point: &[f64; 3]) -> [f64; 3] {
    let square = axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2];
    let mut out = [0.0; 3];
    if square > 0.0 {
        let angle = square.sqrt();
        let (sin, cos) = angle.sin_cos();
        let inverse = 1.0 / angle;
        let unit = [axis[0] * inverse, axis[1] * inverse, axis[2] * inverse];
        let across = cross(&unit, point);
        let along = (unit[0] * point[0] + unit[1] * point[1] + unit[2] * point[2]) * (1.0 - cos);
        for i in 0..3 {
            out[i] = point[i] * cos + across[i] * sin + unit[i] * along;
        }
    } else {
        let across = cross(axis, point);
        for i in 0..3 {
            out[i] = point[i] + across[i];
        }
    }
    out
}

/// `camera`: axis of its rotation, position, focal length, two of the image's centre, two of distortion.
#[grad(jacobian, wrt(camera, point, weight))]
pub fn residual(camera: &[f64; 11], point: &[f64; 3], weight: f64, seen: &[f64; 2]) -> [f64; 2] {
    let from = [point[0] - camera[3], point[1] - camera[4], point[2] - camera[5]];
    let axis = [camera[0], camera[1], camera[2]];
    let there = turned(&axis, &from);
    let mut x = there[0] / there[2];
    let mut y = there[1] / there[2];
    let square = x * x + y * y;
    let stretch = 1.0 + camera[9] * square + camera[10] * square * square;
    x *= stretch;
    y *= stretch;
    [weight * (x * camera[6] + camera[7] - seen[0]), weight * (y * camera[6] + camera[8] - seen[1])]
}

pub type Vector = [f64; 3];

fn dot(a: &Vector, b: &Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn across(a: &Vector, b: &Vector) -> Vector {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// The rows of the Jacobian: eleven of the camera, three of the point, the weight.
pub fn by_hand(
    camera: &[f64; 11],
    point: &Vector,
    weight: f64,
    seen: &[f64; 2],
    [d_camera, d_point, d_weight]: [&mut [f64]; 3],
) -> [f64; 2] {
    let from = [point[0] - camera[3], point[1] - camera[4], point[2] - camera[5]];
    let axis = [camera[0], camera[1], camera[2]];
    let square = dot(&axis, &axis);
    let angle = square.sqrt();
    let (sin, cos) = if square > 0.0 { angle.sin_cos() } else { (0.0, 1.0) };
    let inverse = if square > 0.0 { 1.0 / angle } else { 0.0 };
    let unit = axis.map(|a| a * inverse);
    let side = across(&unit, &from);
    let along = dot(&unit, &from);
    let rest = 1.0 - cos;
    let there: Vector = if square > 0.0 {
        std::array::from_fn(|i| from[i] * cos + side[i] * sin + unit[i] * (along * rest))
    } else {
        let moved = across(&axis, &from);
        std::array::from_fn(|i| from[i] + moved[i])
    };
    let depth = 1.0 / there[2];
    let image = [there[0] * depth, there[1] * depth];
    let radius = image[0] * image[0] + image[1] * image[1];
    let stretch = 1.0 + camera[9] * radius + camera[10] * radius * radius;
    let slope = 2.0 * (camera[9] + 2.0 * camera[10] * radius);
    let focal = weight * camera[6];
    let errors: [f64; 2] =
        std::array::from_fn(|q| image[q] * stretch * camera[6] + camera[7 + q] - seen[q]);
    for q in 0..2 {
        let c = &mut d_camera[11 * q..11 * (q + 1)];
        let d_stretch = focal * image[q];
        let mut d_image = [d_stretch * slope * image[0], d_stretch * slope * image[1]];
        d_image[q] += focal * stretch;
        let g = [
            d_image[0] * depth,
            d_image[1] * depth,
            -(d_image[0] * image[0] + d_image[1] * image[1]) * depth,
        ];
        let (d_axis, d_from): (Vector, Vector) = if square > 0.0 {
            let g_unit = dot(&g, &unit);
            let turn = across(&g, &unit);
            let d_from =
                std::array::from_fn(|i| g[i] * cos + sin * turn[i] + g_unit * rest * unit[i]);
            let lever = across(&from, &g);
            let d_unit: Vector = std::array::from_fn(|i| {
                sin * lever[i] + g[i] * (along * rest) + g_unit * rest * from[i]
            });
            let d_angle = dot(&g, &side) * cos - (dot(&g, &from) - g_unit * along) * sin;
            let radial = dot(&d_unit, &unit);
            let d_axis = std::array::from_fn(|i| {
                (d_unit[i] - radial * unit[i]) * inverse + d_angle * unit[i]
            });
            (d_axis, d_from)
        } else {
            let turn = across(&g, &axis);
            (across(&from, &g), std::array::from_fn(|i| g[i] + turn[i]))
        };
        c[..3].copy_from_slice(&d_axis);
        for i in 0..3 {
            c[3 + i] = -d_from[i];
        }
        c[6] = weight * image[q] * stretch;
        c[7] = if q == 0 { weight } else { 0.0 };
        c[8] = if q == 1 { weight } else { 0.0 };
        c[9] = d_stretch * radius;
        c[10] = d_stretch * radius * radius;
        d_point[3 * q..3 * (q + 1)].copy_from_slice(&d_from);
        d_weight[q] = errors[q];
    }
    errors.map(|error| weight * error)
}

const CAMERAS: usize = 20;
const POINTS: usize = 100;
pub const SEEN: usize = 200;

pub struct Scene {
    cameras: Vec<[f64; 11]>,
    points: Vec<Vector>,
    weights: Vec<f64>,
    seen: Vec<[f64; 2]>,
}

pub fn scene() -> Scene {
    let base = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 600.0, 300.0, 300.0, 0.0, 0.0];
    let spread = [0.5, 0.5, 0.5, 1.0, 1.0, 1.0, 200.0, 100.0, 100.0, 0.1, 0.01];
    let random = numbers(11 * CAMERAS, 31);
    let cameras = (0..CAMERAS)
        .map(|c| std::array::from_fn(|i| base[i] + spread[i] * random[11 * c + i]))
        .collect();
    let random = numbers(3 * POINTS, 32);
    let points = (0..POINTS)
        .map(|p| [2.0 * random[3 * p], 2.0 * random[3 * p + 1], 9.0 + 3.0 * random[3 * p + 2]])
        .collect();
    let weights = numbers(SEEN, 33).iter().map(|x| 1.0 + 0.5 * x).collect();
    let random = numbers(2 * SEEN, 34);
    let seen = random.chunks_exact(2).map(|x| [300.0 + 200.0 * x[0], 300.0 + 200.0 * x[1]]);
    Scene { cameras, points, weights, seen: seen.collect() }
}

/// The camera, the point, the weight and what was seen.
pub fn observation(scene: &Scene, o: usize) -> (&[f64; 11], &Vector, f64, &[f64; 2]) {
    let (c, p) = (o % CAMERAS, 7 * o % POINTS);
    (&scene.cameras[c], &scene.points[p], scene.weights[o], &scene.seen[o])
}

/// Calls it with each observation, and with the rows of its Jacobian.
fn rows(
    scene: &Scene,
    [cameras, points, weights]: &mut [Vec<f64>; 3],
    mut each: impl FnMut(&[f64; 11], &Vector, f64, &[f64; 2], [&mut [f64]; 3]) -> [f64; 2],
) -> f64 {
    let buffers = cameras
        .chunks_exact_mut(22)
        .zip(points.chunks_exact_mut(6))
        .zip(weights.chunks_exact_mut(2));
    let mut sum = 0.0;
    for (o, ((camera, point), weight)) in buffers.enumerate() {
        let (of, at, scale, seen) = observation(scene, o);
        let error = each(of, at, scale, seen, [camera, point, weight]);
        sum += error[0] + error[1];
    }
    sum
}

pub fn kernel(name: &'static str) -> Kernel {
    Kernel::new(
        name,
        scene,
        [22 * SEEN, 6 * SEEN, 2 * SEEN],
        |scene| {
            let mut sum = 0.0;
            for o in 0..SEEN {
                let (camera, point, weight, seen) = observation(scene, o);
                let error = residual(camera, point, weight, seen);
                sum += error[0] + error[1];
            }
            sum
        },
        |scene, buffers| {
            rows(scene, buffers, |camera, point, weight, seen, [c, p, w]| {
                residual_jacobian_into(camera, point, weight, seen, c, p, w)
            })
        },
        |scene, buffers| rows(scene, buffers, by_hand),
    )
}
