// Aliases in the signature, for scalars, arrays and vectors.

pub type Real = f64;
pub type Point = [f64; 2];
pub type Vector = Vec<f64>;

#[grad(jvp)]
pub fn distance(a: Point, b: &Point) -> Real {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

#[grad(jvp)]
pub fn scaled(x: &[Real], scale: Real) -> Vector {
    let mut y: Vector = x.to_vec();
    for i in 0..y.len() {
        y[i] *= scale * x[0];
    }
    y
}

// Only the alias says which float it is.
#[grad(jvp)]
pub fn decay(x: Real, steps: usize) -> Real {
    let mut y = 1.0;
    let mut sum = 0.0;
    for i in 0..steps {
        let weight = (i + 1) as Real;
        y = y * x + (0.5 * weight).sin();
        if y > 0.25 {
            sum += y.powf(1.5) * Real::max(x, 0.5) + 2.0_f64.sqrt() * std::f64::consts::PI;
        }
    }
    sum.max(Real::EPSILON)
}

#[grad(jvp)]
pub fn rows(m: &[[Real; 2]], scale: &mut [Real]) -> [Real; 2] {
    let mut out = [0.0; 2];
    for i in 0..m.len() {
        let norm = m[i][0].hypot(m[i][1]) + 1e-3;
        scale[i] *= norm.ln();
        out[i % 2] += norm * scale[i];
    }
    out
}

#[grad(jvp)]
pub fn both(x: Real, p: Point) -> f64 {
    let mut scale = [x, 1.5];
    let out = rows(&[p, [0.5, x]], &mut scale);
    decay(x, 3) * out[0] + out[1] * scale[0] + distance(p, &out)
}

/// The alias says how long the array is.
#[grad(jvp)]
pub fn between(a: Point, b: Point, t: f64) -> Point {
    std::array::from_fn(|i| a[i] + (b[i] - a[i]) * t)
}

pub fn cases(c: &mut Checker) {
    check!(c, distance([0.5, -1.25], &[0.75, 0.25]) -> f64);
    check!(c, scaled(&vec![0.5, -1.25], 0.75) -> Vec<f64>);
    check!(c, decay(0.75, const 3) -> f64);
    check!(c, rows(&vec![[0.5, -1.25], [0.75, 1.5]], &mut vec![0.75, 0.5]) -> [f64; 2]);
    check!(c, between([0.5, -1.25], [0.75, 0.25], 0.375) -> [f64; 2]);
    check!(c, both(0.75, [1.5, -0.5]) -> f64);
}
