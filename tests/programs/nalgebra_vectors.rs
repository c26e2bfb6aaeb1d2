// Vectors and matrices of nalgebra, static and dynamic: operators in all forms, products, methods, entries read and written.

use nalgebra::{DMatrix, DVector, Matrix2, Matrix3, SMatrix, Vector2, Vector3};

#[grad(jvp)]
pub fn least_squares(a: &DMatrix<f64>, x: &DVector<f64>, b: &DVector<f64>) -> f64 {
    (a * x - b).norm_squared()
}

#[grad(jvp)]
pub fn quadratic_form(a: &DMatrix<f64>, x: &DVector<f64>) -> f64 {
    x.dot(&(a * x))
}

/// Rotation about a vector by its length.
#[grad(jvp)]
pub fn turned(w: &Vector3<f64>, p: &Vector3<f64>) -> Vector3<f64> {
    let square = w.dot(w);
    if square < 1e-12 {
        return p + w.cross(p);
    }
    let angle = square.sqrt();
    let axis = w / angle;
    let (sin, cos) = angle.sin_cos();
    p * cos + axis.cross(p) * sin + axis * axis.dot(p) * (1.0 - cos)
}

// The operands by value and by reference, numbers on either side, assigning operators.
#[grad(jvp)]
pub fn forms(a: Matrix3<f64>, b: &Matrix3<f64>, x: Vector3<f64>, k: f64) -> f64 {
    let c = a * b + a - b;
    let d = &a * *b * k;
    let mut y = c * x + d * &x / k - 2.0 * x;
    y += b * x;
    y -= &x;
    y *= k;
    y /= 1.5;
    let z = -y;
    z.norm() + y.sum() * x.mean() + a.tr_mul(&y).dot(&x)
}

#[grad(jvp)]
pub fn methods(x: Vector3<f64>, y: &Vector3<f64>, m: &SMatrix<f64, 2, 3>) -> f64 {
    let n = x.cross(y).normalize();
    let p = m.transpose() * (m * n);
    let q = p.component_mul(y) + x.component_div(y).abs();
    let r = q.scale(0.5).add_scalar(p.max());
    r.magnitude_squared() + q.min() * r.z + r.x.sin()
}

// Entries and whole rows and columns are overwritten in a loop.
#[grad(jvp)]
pub fn entries(a: &DMatrix<f64>, x: &DVector<f64>) -> f64 {
    let n = x.len();
    let mut m = DMatrix::zeros(n, n);
    for i in 0..n {
        let column = a.column(i) * x[i];
        m.set_column(i, &column);
        m[(i, 0)] *= m[(0, i)];
        for j in 0..i {
            m[(j, i)] += a[(i, j)].sin() * x[j];
        }
    }
    let mut v = m.row(1).transpose();
    v[0] = v[1] * v[0];
    m.norm_squared() / a.nrows() as f64 + v.dot(x)
}

#[grad(jvp)]
pub fn parts(m: &Matrix3<f64>, d: &DMatrix<f64>) -> f64 {
    let block = m.fixed_view::<2, 2>(0, 1) * m.fixed_view::<2, 2>(1, 0);
    let (rows, columns) = d.shape();
    let corner = d.view((0, 0), (rows - 1, columns - 1));
    block.trace() + m.diagonal().dot(&m.column(2)) + corner.norm() + d.rows(1, 1).sum() * d.columns(0, 2).sum()
}

#[grad(jvp)]
pub fn rotated(angle: f64, p: Vector2<f64>) -> Vector2<f64> {
    let r = Matrix2::new(angle.cos(), -angle.sin(), angle.sin(), angle.cos());
    let offset = Vector2::new(angle, 1.0);
    r * p + offset
}

// Two links, by turns of the frame.
#[grad(jvp)]
pub fn kinematics(angles: Vector2<f64>, lengths: &[f64; 2]) -> f64 {
    let mut frame = Matrix2::identity();
    let mut end = Vector2::new(0.0, 0.0);
    for i in 0..2 {
        let (s, c) = angles[i].sin_cos();
        frame = frame * Matrix2::new(c, -s, s, c);
        end += frame * Vector2::new(lengths[i], 0.0);
    }
    (end - Vector2::new(1.0, 1.0)).norm()
}

#[grad(jvp)]
pub fn mapped(a: &DMatrix<f64>, x: &DVector<f64>, k: f64) -> f64 {
    let y = a.map(|v| (k * v).tanh());
    let z = x.zip_map(x, |p, q| p * q * k);
    let mut sum = 0.0;
    for v in x.iter() {
        sum += v.cos();
    }
    (y * z).sum() + sum + x.iter().map(|v| v * v).sum::<f64>()
}

// Matrices as state: chosen by a branch, carried by a loop.
#[grad(jvp)]
pub fn state(a: &DMatrix<f64>, x: &DVector<f64>, n: usize) -> DVector<f64> {
    let mut y = x.clone();
    for i in 0..n {
        let step = a * &y;
        if step.norm() > 1.0 {
            y += step.normalize();
        } else {
            y = y * 0.5 + step;
        }
        y[i] *= x[0];
    }
    y
}

#[grad(jvp)]
pub fn makers(v: &[f64], k: f64) -> f64 {
    let a = DMatrix::from_row_slice(2, 2, v);
    let b = DVector::from_vec(vec![k, v[0], k * k, v[3]]);
    let c = DVector::from_element(2, k);
    let d = Matrix2::from_column_slice(v);
    let e = DMatrix::from_diagonal(&c);
    (a * &c).norm() + b.norm_squared() + d.trace() * e[(1, 1)]
}

pub fn cases(c: &mut Checker) {
    let a = DMatrix::from_row_slice(2, 2, &[0.75, -0.5, 0.25, 1.5]);
    let x = DVector::from_vec(vec![0.5, -1.25]);
    let b = DVector::from_vec(vec![0.25, 0.75]);
    check!(c, least_squares(&a, &x, &b) -> f64);
    check!(c, quadratic_form(&a, &x) -> f64);
    let w = Vector3::new(0.25, -0.75, 0.5);
    check!(c, turned(&w, &Vector3::new(1.25, 0.5, -0.25)) -> Vector3<f64>);
    let m = Matrix3::new(0.5, -0.25, 0.75, 1.25, 0.375, -0.5, 0.125, 0.625, 1.5);
    let n = Matrix3::new(0.25, 0.5, -0.75, 0.125, 1.0, 0.375, -1.25, 0.5, 0.25);
    let (u, v) = (Vector3::new(0.5, -0.75, 1.25), Vector3::new(0.75, 1.5, -0.5));
    check!(c, forms(m, &n, u, 0.75) -> f64);
    let wide = SMatrix::<f64, 2, 3>::new(0.5, 1.0, -0.25, 0.75, -1.5, 0.125);
    check!(c, methods(u, &v, &wide) -> f64);
    check!(c, entries(&a, &x) -> f64);
    let square = DMatrix::from_row_slice(3, 3, &[0.5, 1.0, -0.75, 0.25, 1.5, 0.125, 0.625, -1.25, 0.375]);
    check!(c, parts(&m, &square) -> f64);
    check!(c, rotated(0.75, Vector2::new(0.5, -0.25)) -> Vector2<f64>);
    check!(c, kinematics(Vector2::new(0.25, 0.75), &[1.0, 0.5]) -> f64);
    check!(c, mapped(&a, &x, 0.75) -> f64);
    check!(c, state(&a, &x, const 2) -> DVector<f64>);
    check!(c, makers(&vec![0.5, -0.25, 0.75, 1.5], 0.625) -> f64);
}
