// `From` and `Into` between one's own types, from tuples, arrays and numbers.

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Polar {
    pub r: f64,
    pub angle: f64,
}

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Cartesian {
    pub x: f64,
    pub y: f64,
}

autodiff_tests::flat! {
    Polar, PolarTangent;
    Cartesian, CartesianTangent;
}

impl From<Polar> for Cartesian {
    fn from(p: Polar) -> Cartesian {
        Cartesian { x: p.r * p.angle.cos(), y: p.r * p.angle.sin() }
    }
}

impl From<&Polar> for Cartesian {
    fn from(p: &Polar) -> Self {
        Cartesian::from(*p)
    }
}

impl From<(f64, f64)> for Cartesian {
    fn from((x, y): (f64, f64)) -> Self {
        Self { x, y }
    }
}

impl From<[f64; 2]> for Cartesian {
    fn from(from: [f64; 2]) -> Self {
        Self { x: from[0], y: from[1] }
    }
}

impl From<f64> for Polar {
    fn from(r: f64) -> Self {
        if r < 0.0 {
            return Polar { r: -r, angle: 3.0 };
        }
        Polar { r, angle: 0.25 }
    }
}

#[grad(jvp)]
pub fn area(c: Cartesian) -> f64 {
    c.x * c.y
}

#[grad(jvp)]
pub fn by_name(r: f64, angle: f64) -> f64 {
    let c = Cartesian::from(Polar { r, angle });
    let d = Cartesian::from((r, angle * angle));
    let e = Cartesian::from([r, angle]);
    area(c) * d.y + e.x
}

#[grad(jvp)]
pub fn by_type(p: Polar, x: f64) -> f64 {
    let c: Cartesian = (&p).into();
    let d: Cartesian = (x, p.r).into();
    let e: Polar = x.into();
    area(Cartesian::from(e)) + c.x * d.x * d.y
}

pub fn cases(c: &mut Checker) {
    check!(c, by_name(1.25, 0.5) -> f64);
    check!(c, by_type(Polar { r: 1.25, angle: 0.5 }, 0.75) -> f64);
    check!(c, by_type(Polar { r: 1.25, angle: 0.5 }, -0.75) -> f64);
}
