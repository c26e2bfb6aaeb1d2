use autodiff_runtime::{Differentiable, grad};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Angle {
    radians: f64,
}

impl From<f64> for Angle {
    fn from(degrees: f64) -> Angle {
        if degrees > 360.0 {
            return Angle::from(degrees - 360.0);
        }
        Angle { radians: degrees.to_radians() }
    }
}

#[grad]
fn height(degrees: f64) -> f64 {
    Angle::from(degrees).radians.sin()
}

fn main() {}
