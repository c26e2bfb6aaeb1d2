// Forward kinematics of a six-axis arm with quaternions.

use std::ops::{Add, Mul};

#[derive(Clone, Copy, Debug, PartialEq, autodiff_runtime::Differentiable)]
pub struct Vec3 {
    pub x: f64,
    pub y: f64,
    pub z: f64,
}

#[grad(jvp)]
impl Add for Vec3 {
    type Output = Vec3;
    fn add(self, o: Vec3) -> Vec3 {
        Vec3 { x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
    }
}

impl Vec3 {
    pub const ZERO: Vec3 = Vec3 { x: 0.0, y: 0.0, z: 0.0 };

    #[grad(jvp)]
    pub fn scale(self, k: f64) -> Vec3 {
        Vec3 { x: self.x * k, y: self.y * k, z: self.z * k }
    }

    #[grad(jvp)]
    pub fn cross(&self, o: &Vec3) -> Vec3 {
        Vec3 {
            x: self.y * o.z - self.z * o.y,
            y: self.z * o.x - self.x * o.z,
            z: self.x * o.y - self.y * o.x,
        }
    }

    #[grad(jvp)]
    pub fn distance(&self, o: &Vec3) -> f64 {
        ((self.x - o.x).powi(2) + (self.y - o.y).powi(2) + (self.z - o.z).powi(2)).sqrt()
    }
}

#[derive(Clone, Copy, Debug, autodiff_runtime::Differentiable)]
pub struct Quaternion {
    pub w: f64,
    pub v: Vec3,
}

impl Quaternion {
    #[grad(jvp)]
    pub fn about(axis: Vec3, angle: f64) -> Quaternion {
        let (s, c) = (angle / 2.0).sin_cos();
        Quaternion { w: c, v: axis.scale(s) }
    }

    #[grad(jvp)]
    pub fn rotate(&self, p: Vec3) -> Vec3 {
        let t = self.v.cross(&p).scale(2.0);
        p + t.scale(self.w) + self.v.cross(&t)
    }
}

#[grad(jvp)]
impl Mul for Quaternion {
    type Output = Quaternion;
    fn mul(self, o: Quaternion) -> Quaternion {
        let dot = self.v.x * o.v.x + self.v.y * o.v.y + self.v.z * o.v.z;
        Quaternion {
            w: self.w * o.w - dot,
            v: o.v.scale(self.w) + self.v.scale(o.w) + self.v.cross(&o.v),
        }
    }
}

pub struct Joint {
    pub axis: Vec3,
    pub link: Vec3,
}

#[grad(jvp, wrt(angles))]
pub fn reach(angles: &[f64; 6], joints: &[Joint; 6], target: &Vec3) -> f64 {
    let mut orientation = Quaternion { w: 1.0, v: Vec3::ZERO };
    let mut position = Vec3::ZERO;
    for (joint, &angle) in joints.iter().zip(angles) {
        orientation = orientation * Quaternion::about(joint.axis, angle);
        position = position + orientation.rotate(joint.link);
    }
    position.distance(target)
}

autodiff_tests::flat! { Vec3, Vec3Tangent; Quaternion, QuaternionTangent; }

pub fn cases(c: &mut Checker) {
    let (x, y, z) = (
        Vec3 { x: 1.0, y: 0.0, z: 0.0 },
        Vec3 { x: 0.0, y: 1.0, z: 0.0 },
        Vec3 { x: 0.0, y: 0.0, z: 1.0 },
    );
    let joints = [z, y, y, x, y, x].map(|axis| Joint { axis, link: Vec3 { x: 0.125, y: 0.25, z: 0.5 } });
    let target = Vec3 { x: 0.5, y: 1.0, z: 1.5 };
    check!(c, reach(&[0.25, -0.375, 0.75, 1.125, -0.25, 0.5], const &joints, const &target) -> f64);
}
