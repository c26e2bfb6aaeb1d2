// Linear systems: Cholesky and LU decompositions, inverses, determinants.

use nalgebra::{DMatrix, DVector, Matrix3, Vector3};

#[grad(jvp)]
pub fn marginal_likelihood(k: &DMatrix<f64>, y: &DVector<f64>) -> f64 {
    let factors = k.clone().cholesky().unwrap();
    let weights = factors.solve(y);
    -0.5 * y.dot(&weights) - 0.5 * factors.ln_determinant()
}

#[grad(jvp)]
pub fn factor(k: &DMatrix<f64>, y: &DVector<f64>) -> f64 {
    let Some(factors) = k.clone().cholesky() else { return 0.0 };
    let l = factors.l();
    (&l * y).norm() + l[(1, 0)] * factors.inverse()[(0, 1)] + factors.determinant()
}

#[grad(jvp)]
pub fn solved(a: &DMatrix<f64>, y: &DVector<f64>) -> f64 {
    let lu = a.clone().lu();
    let x = lu.solve(y).expect("a regular matrix");
    match a.clone().try_inverse() {
        Some(inverse) => (inverse * &x).sum() * lu.determinant(),
        None => 0.0,
    }
}

#[grad(jvp)]
pub fn of_static_size(a: &Matrix3<f64>, y: Vector3<f64>) -> f64 {
    let x = a.lu().solve(&y).unwrap();
    let inverse = a.try_inverse().unwrap();
    x.norm() + a.determinant() + (inverse * x).dot(&y)
}

#[grad(jvp)]
pub fn several_sides(a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
    let lu = a.clone().lu();
    lu.solve(b).unwrap()
}

pub fn cases(c: &mut Checker) {
    let k = DMatrix::from_row_slice(3, 3, &[2.0, 0.5, 0.25, 0.5, 1.5, -0.375, 0.25, -0.375, 1.75]);
    let y = DVector::from_vec(vec![0.5, -0.75, 1.25]);
    check!(c, marginal_likelihood(&k, &y) -> f64);
    check!(c, factor(&k, &y) -> f64);
    let a = DMatrix::from_row_slice(3, 3, &[0.25, 1.5, -0.5, 2.0, 0.5, 0.75, -0.375, 0.625, 1.0]);
    check!(c, solved(&a, &y) -> f64);
    let m = Matrix3::new(0.25, 1.5, -0.5, 2.0, 0.5, 0.75, -0.375, 0.625, 1.0);
    check!(c, of_static_size(&m, Vector3::new(0.5, -0.75, 1.25)) -> f64);
    let b = DMatrix::from_row_slice(3, 2, &[0.5, 1.0, -0.25, 0.75, 1.5, -0.625]);
    check!(c, several_sides(&a, &b) -> DMatrix<f64>);
}
