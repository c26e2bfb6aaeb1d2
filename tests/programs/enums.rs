// Enums whose variants carry floats, and enums that only select.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Linear,
    Square,
    B,
}

#[derive(autodiff_runtime::Differentiable, Clone, Debug, PartialEq)]
pub enum Shape {
    Circle { radius: f64 },
    Rect(f64, f64),
    Polygon { corners: Vec<f64>, n: usize },
    Point,
}

#[derive(autodiff_runtime::Differentiable, Clone, Debug, PartialEq)]
pub struct Part {
    pub shape: Shape,
    pub density: f64,
    #[no_diff]
    pub kind: Kind,
}

autodiff_tests::flat! {
    Shape, ShapeTangent;
    Part, PartTangent;
}

#[grad(jvp)]
pub fn apply(kind: Kind, x: f64) -> f64 {
    match kind {
        Kind::Linear => 2.0 * x,
        Kind::Square => x * x,
        Kind::B => x.sin(),
    }
}

#[grad(jvp)]
pub fn area(shape: &Shape, scale: f64) -> f64 {
    let size = match shape {
        Shape::Circle { radius } => 3.5 * radius * radius,
        Shape::Rect(w, h) => w * h,
        Shape::Polygon { corners, n } => {
            let mut sum = 0.0;
            for i in 0..*n {
                sum += corners[i] * corners[(i + 1) % n];
            }
            sum
        }
        Shape::Point => 0.0,
    };
    size * scale
}

#[grad(jvp)]
pub fn by_value(shape: Shape, scale: f64) -> f64 {
    match shape {
        Shape::Circle { radius: r } if r > 10.0 => r,
        Shape::Circle { radius } => radius * radius * scale,
        Shape::Rect(w, h) => w * h + scale,
        _ => 0.0,
    }
}

#[grad(jvp)]
pub fn grow(shape: &mut Shape, by: f64) {
    match shape {
        Shape::Circle { radius } => *radius *= by,
        Shape::Rect(w, h) => {
            *w *= by;
            *h += *w * by;
        }
        Shape::Polygon { corners, .. } => corners[0] += by,
        Shape::Point => {}
    }
}

#[grad(jvp)]
pub fn radius(shape: &Shape, x: f64) -> f64 {
    let Shape::Circle { radius } = shape else {
        return x * x;
    };
    if let Shape::Point = shape {
        return 0.0;
    }
    radius * x
}

#[grad(jvp)]
pub fn mass(parts: &[Part], scale: f64) -> f64 {
    let mut total = 0.0;
    for part in parts {
        if matches!(part.shape, Shape::Point) {
            continue;
        }
        let a = area(&part.shape, scale);
        if part.kind == Kind::Square {
            total += a * a * part.density;
        } else {
            total += apply(part.kind, a) * part.density;
        }
        if let Shape::Rect(w, _) = &part.shape {
            total += w;
        }
    }
    total
}

#[grad(jvp)]
pub fn made(x: f64, kind: Kind) -> f64 {
    let shape = if kind == Kind::Linear { Shape::Rect(x, 2.0 * x) } else { Shape::Circle { radius: x * x } };
    area(&shape, x)
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Penalty {
    L1,
    L2,
    Huber { delta: f64 },
}

#[grad(jvp, wrt(r))]
pub fn written_like_constants(r: f64, penalty: &Penalty) -> f64 {
    let base = match *penalty {
        Penalty::L1 => r.abs(),
        Penalty::L2 => 0.5 * r * r,
        Penalty::Huber { delta } if r.abs() <= delta => 0.5 * r * r,
        Penalty::Huber { delta } => delta * (r.abs() - 0.5 * delta),
    };
    match penalty {
        Penalty::L1 | Penalty::L2 => base * base,
        _ => base.sin(),
    }
}

#[derive(Debug, PartialEq)]
pub enum Rule {
    Plain,
    Scaled(f64),
}

#[grad(jvp, wrt(r))]
pub fn compared_as_a_whole(r: f64, rule: &Rule) -> f64 {
    let a = if *rule == Rule::Plain { r.sin() } else { r * r };
    let mut sum = 0.0;
    for i in 0..3 {
        sum += if *rule != Rule::Scaled(2.0) { a * i as f64 } else { a * a };
    }
    if Rule::Plain != *rule { sum * r } else { sum }
}

pub fn cases(c: &mut Checker) {
    for kind in [Kind::Linear, Kind::Square, Kind::B] {
        check!(c, apply(const kind, 0.75) -> f64);
    }
    let shapes = [
        Shape::Circle { radius: 0.75 },
        Shape::Rect(0.5, -1.25),
        Shape::Polygon { corners: vec![0.5, 1.5, -0.25], n: 3 },
        Shape::Point,
    ];
    for shape in shapes.clone() {
        check!(c, area(&shape, 1.25) -> f64);
        check!(c, by_value(shape.clone(), 1.25) -> f64);
        check!(c, grow(&mut shape.clone(), 1.25) -> ());
        check!(c, radius(&shape, 1.25) -> f64);
    }
    let kinds = [Kind::Linear, Kind::Square, Kind::B, Kind::B];
    let parts: Vec<Part> = shapes
        .iter()
        .zip(kinds)
        .map(|(shape, kind)| Part { shape: shape.clone(), density: 0.625, kind })
        .collect();
    check!(c, mass(&parts, 0.875) -> f64);
    check!(c, made(0.75, const Kind::Linear) -> f64);
    check!(c, made(0.75, const Kind::B) -> f64);
    for r in [-0.25, 1.75] {
        check!(c, written_like_constants(r, const &Penalty::L1) -> f64);
        check!(c, written_like_constants(r, const &Penalty::L2) -> f64);
        check!(c, written_like_constants(r, const &Penalty::Huber { delta: 0.5 }) -> f64);
    }
    for rule in [Rule::Plain, Rule::Scaled(2.0), Rule::Scaled(1.0)] {
        check!(c, compared_as_a_whole(0.75, const &rule) -> f64);
    }
}
