// Log likelihood of bearings and ranges by an extended Kalman filter, whose state is a struct of vectors and matrices.

use nalgebra::{Matrix2, Matrix2x4, Matrix4, Vector2, Vector4};

#[derive(Clone, Debug, autodiff_runtime::Differentiable)]
pub struct Filter {
    x: Vector4<f64>,
    p: Matrix4<f64>,
}
#[grad(jvp)]
pub fn observe(x: &Vector4<f64>) -> Vector2<f64> {
    Vector2::new((x[0] * x[0] + x[1] * x[1]).sqrt(), x[1].atan2(x[0]))
}
#[grad(jvp)]
pub fn observation_jacobian(x: &Vector4<f64>) -> Matrix2x4<f64> {
    let r2 = x[0] * x[0] + x[1] * x[1];
    let r = r2.sqrt();
    Matrix2x4::new(x[0] / r, x[1] / r, 0.0, 0.0, -x[1] / r2, x[0] / r2, 0.0, 0.0)
}
#[grad(jvp)]
impl Filter {
    pub fn predict(&mut self, dt: f64, q: f64) {
        let f = Matrix4::new(
            1.0, 0.0, dt, 0.0, 0.0, 1.0, 0.0, dt, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0,
        );
        self.x = f * self.x;
        self.p = f * self.p * f.transpose() + Matrix4::identity() * q;
    }
    pub fn update(&mut self, z: &Vector2<f64>, r: &Matrix2<f64>) -> f64 {
        let h = observation_jacobian(&self.x);
        let mut y = z - observe(&self.x);
        if y[1] > 3.0 {
            y[1] -= 2.0 * 3.0;
        }
        let s = h * self.p * h.transpose() + r;
        let s_inv = s.try_inverse().unwrap();
        let k = self.p * h.transpose() * s_inv;
        self.x += k * y;
        self.p = (Matrix4::identity() - k * h) * self.p;
        -0.5 * (y.dot(&(s_inv * y)) + s.determinant().ln())
    }
}
#[grad(jvp)]
pub fn ekf(t: &[f64], zs: &[[f64; 2]]) -> f64 {
    let r = Matrix2::new(t[0].exp(), 0.0, 0.0, t[1].exp());
    let mut filter = Filter { x: Vector4::new(1.0, 1.0, t[3], 0.1), p: Matrix4::identity() };
    let mut ll = 0.0;
    for z in zs {
        filter.predict(0.5, t[2].exp());
        ll += filter.update(&Vector2::new(z[0], z[1]), &r);
    }
    ll
}
pub fn cases(c: &mut Checker) {
    let zs: Vec<[f64; 2]> =
        (0..5).map(|i| [1.5 + 0.25 * i as f64, 0.75 - 0.0625 * i as f64]).collect();
    check!(c, ekf(&vec![-1.0, -2.0, -3.0, 0.5], &zs) -> f64);
}
