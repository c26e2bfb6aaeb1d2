// Residuals of a camera with radial distortion, for Levenberg-Marquardt.

#[derive(Clone, Debug, autodiff_runtime::Differentiable)]
pub struct Camera {
    pub rotation: [f64; 3],
    pub translation: [f64; 3],
    pub focal: f64,
    pub radial: (f64, f64),
    #[no_diff]
    pub id: u32,
}

impl Camera {
    #[grad(jvp)]
    pub fn rotate(&self, p: &[f64; 3]) -> [f64; 3] {
        let theta2: f64 = self.rotation.iter().map(|r| r * r).sum();
        if theta2 > f64::EPSILON {
            let theta = theta2.sqrt();
            let axis = self.rotation.map(|r| r / theta);
            let (s, c) = theta.sin_cos();
            let cross = [
                axis[1] * p[2] - axis[2] * p[1],
                axis[2] * p[0] - axis[0] * p[2],
                axis[0] * p[1] - axis[1] * p[0],
            ];
            let dot: f64 = axis.iter().zip(p).map(|(a, b)| a * b).sum();
            std::array::from_fn(|i| p[i] * c + cross[i] * s + axis[i] * dot * (1.0 - c))
        } else {
            let [rx, ry, rz] = self.rotation;
            [p[0] + ry * p[2] - rz * p[1], p[1] + rz * p[0] - rx * p[2], p[2] + rx * p[1] - ry * p[0]]
        }
    }

    #[grad(jvp)]
    pub fn project(&self, point: &[f64; 3]) -> [f64; 2] {
        let mut p = self.rotate(point);
        for (p, t) in p.iter_mut().zip(&self.translation) {
            *p += t;
        }
        let (u, v) = (-p[0] / p[2], -p[1] / p[2]);
        let r2 = u * u + v * v;
        let (k1, k2) = self.radial;
        let distortion = 1.0 + r2 * (k1 + k2 * r2);
        [self.focal * distortion * u, self.focal * distortion * v]
    }
}

#[grad(jvp)]
pub fn residual(camera: &Camera, point: &[f64; 3], seen: &[f64; 2]) -> [f64; 2] {
    let [u, v] = camera.project(point);
    [u - seen[0], v - seen[1]]
}

#[grad(jvp)]
pub fn cost(cameras: &[Camera], points: &[[f64; 3]], seen: &[(usize, usize, [f64; 2])]) -> f64 {
    seen.iter()
        .map(|(c, p, uv)| {
            let r = residual(&cameras[*c], &points[*p], uv);
            0.5 * (r[0] * r[0] + r[1] * r[1])
        })
        .sum()
}

autodiff_tests::flat! { Camera, CameraTangent; }

pub fn cases(c: &mut Checker) {
    let camera = Camera {
        rotation: [0.125, -0.25, 0.375],
        translation: [0.25, 0.125, -4.0],
        focal: 2.5,
        radial: (-0.125, 0.0625),
        id: 3,
    };
    let still = Camera { rotation: [0.0; 3], ..camera.clone() };
    let points = vec![[0.25, 0.125, 0.5], [-0.375, 0.125, 0.25]];
    let seen = vec![(0, 0, [0.5, 0.25]), (1, 1, [-0.25, 0.5]), (0, 1, [0.125, -0.375])];
    check!(c, residual(&camera, &points[0], &[0.5, 0.25]) -> [f64; 2]);
    check!(c, cost(&vec![camera.clone(), still], &points, &seen) -> f64);
}
