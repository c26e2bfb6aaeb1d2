// Variants called by their own names after a `use`, in patterns and where values are made.

#[derive(autodiff_runtime::Differentiable, Clone, Debug, PartialEq)]
pub enum Area {
    Disc { radius: f64 },
    Box2(f64, f64),
    Nothing,
}

use Area::*;

#[grad(jvp)]
pub fn size(of: &Area) -> f64 {
    match of {
        Disc { radius } => radius * radius * 3.0,
        Box2(a, b) => a * b,
        Nothing => 0.0,
    }
}

#[grad(jvp)]
pub fn made(x: f64, round: bool) -> f64 {
    let area = if round { Disc { radius: x } } else { Box2(x, 2.0 * x) };
    size(&area) + if x > 100.0 { size(&Nothing) } else { x }
}

#[grad(jvp)]
pub fn renamed(of: &Area) -> f64 {
    use Area::{Box2, Disc as Round};
    match of {
        Round { radius } => radius.sin(),
        Box2(a, _) if *a > 0.0 => a * 2.0,
        _ => 1.0,
    }
}

autodiff_tests::flat! { Area, AreaTangent; }

pub fn cases(c: &mut Checker) {
    for area in [Disc { radius: 0.75 }, Box2(0.5, -1.25), Nothing] {
        check!(c, size(&area) -> f64);
        check!(c, renamed(&area) -> f64);
    }
    check!(c, made(0.75, const true) -> f64);
    check!(c, made(0.75, const false) -> f64);
}
