// What arrays, integers and errors are is told by the fields and the parameters that they are for.

#[derive(Clone, Debug, autodiff_runtime::Differentiable)]
pub struct Grid {
    pub width: usize,
    pub cells: Vec<f64>,
    pub origin: [f64; 2],
}

#[derive(Clone, Copy, Debug, autodiff_runtime::Differentiable)]
pub struct Quaternion(pub f64, pub [f64; 3]);

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Failure {
    Flat,
    NotConverged { after: usize },
}

#[grad(jvp)]
pub fn product(a: Quaternion, b: Quaternion) -> Quaternion {
    let (u, v) = (a.1, b.1);
    let cross = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
    let dot: f64 = u.iter().zip(&v).map(|(x, y)| x * y).sum();
    Quaternion(a.0 * b.0 - dot, std::array::from_fn(|i| a.0 * v[i] + b.0 * u[i] + cross[i]))
}

#[grad(jvp)]
pub fn turned(x: &[f64]) -> f64 {
    let make = |part: &[f64]| Quaternion(part[0], part[1..].try_into().unwrap());
    let q = product(make(&x[..4]), make(&x[4..]));
    q.0 + q.1[0] * q.1[1] - q.1[2].sin()
}

#[grad(jvp)]
pub fn gridded(x: &[f64]) -> f64 {
    let grid =
        Grid { width: 2, cells: x[..4].into(), origin: std::array::from_fn(|i| x[i] * x[i + 1]) };
    let columns: f64 = grid.cells.chunks(grid.width).map(|row| row[0] * row[1]).sum();
    columns * grid.origin[0] + grid.origin[1]
}

#[grad(jvp, wrt(x))]
pub fn edges(x: &[f64], ends: &[[usize; 2]], counts: &[u8]) -> f64 {
    let mut sum = 0.0;
    for (&[a, b], &n) in ends.iter().zip(counts) {
        sum += x[a] * x[b].cos() * n as f64;
    }
    sum
}

#[grad(jvp)]
pub fn triangle(x: &[f64]) -> f64 {
    let other = [[1, 0], [2, 2]];
    edges(x, &[[0, 1], [1, 2], [2, 0]], &[1, 2, 3]) * edges(x, &other, &vec![2, 5])
}

#[grad(jvp, wrt(m))]
pub fn applied(m: &[f64; 4], x: f64) -> f64 {
    m[0] * x + m[1] * x.sin() + m[2] * m[3]
}

#[grad(jvp)]
pub fn by_reference(x: &[f64]) -> f64 {
    let m: &[f64; 4] = x[1..5].try_into().expect("four");
    applied(m, 0.75) + m[0] * applied(m, 1.5)
}

#[grad(jvp)]
pub fn newton<F, D>(f: F, slope: D, start: f64, max: usize) -> Result<f64, Failure>
where
    F: Fn(f64) -> f64,
    D: Fn(f64) -> f64,
{
    let mut x = start;
    let mut fx = f(x);
    for _ in 0..max {
        if fx.abs() < 1e-5 {
            return Ok(x - fx / slope(x));
        }
        let s = slope(x);
        if s == 0.0 {
            return Err(Failure::Flat);
        }
        let mut damping = 1.0;
        let (next, value) = loop {
            let candidate = x - damping * fx / s;
            let value = f(candidate);
            if value.abs() < fx.abs() || damping < 1e-3 {
                break (candidate, value);
            }
            damping *= 0.5;
        };
        x = next;
        fx = value;
    }
    Err(Failure::NotConverged { after: max })
}

#[grad(jvp)]
pub fn root(a: f64, max: usize) -> f64 {
    newton(|x| (a * x).atan() - 0.25, |x| a / (1.0 + a * a * x * x), 3.0, max).unwrap_or(a * a)
}

#[grad(jvp, hessian)]
pub fn positive(v: &mut [f64]) -> bool {
    v[0] = v[0].cosh();
    v[0] > 1.0
}

// A vector made of an array that has no derivative: that of the vector is a vector as well.
#[grad(jvp, hessian)]
pub fn solved(x: &[f64]) -> f64 {
    let right = [0.125, 0.5];
    let mut d = x.to_vec();
    if !positive(&mut d) {
        return f64::INFINITY;
    }
    let mut z = right.to_vec();
    for i in 0..2 {
        for j in 0..i {
            z[i] -= d[j] * z[j];
        }
        z[i] /= d[i];
    }
    z.push(x[0]);
    z.iter().map(|v| v * v).sum()
}

pub type Point = (f64, f64);

#[grad(jvp)]
pub fn area(x: &[f64]) -> f64 {
    let points: Vec<Point> = x.chunks_exact(2).map(|c| (c[0], c[1])).collect();
    let hull: Vec<Point> = points.iter().copied().chain(std::iter::once(points[0])).collect();
    0.5 * hull.windows(2).map(|w| w[0].0 * w[1].1 - w[1].0 * w[0].1).sum::<f64>()
}

pub fn cases(c: &mut Checker) {
    let x = vec![0.5, -0.25, 1.5, 0.75, 0.25, 2.0, -1.0, 0.375];
    check!(c, turned(&x) -> f64);
    check!(c, gridded(&x) -> f64);
    check!(c, triangle(&x) -> f64);
    check!(c, by_reference(&x) -> f64);
    check!(c, solved(&x) -> f64);
    check!(c, area(&x) -> f64);
    check!(c, root(1.5, const 0) -> f64);
    check!(c, root(1.5, const 1) -> f64);
}
