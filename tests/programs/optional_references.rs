// Parameters that are an `Option` of a reference: the gradient is an `Option` of what it refers to.

#[derive(autodiff_runtime::Differentiable, Clone, Debug, PartialEq)]
pub struct Model {
    pub slope: f64,
    pub weights: Option<Vec<f64>>,
    pub centre: Option<Point>,
}

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

autodiff_tests::flat! {
    Model, ModelTangent;
    Point, PointTangent;
}

#[grad(jvp)]
pub fn weighted(x: &[f64], w: Option<&[f64]>) -> f64 {
    let mut sum = 0.0;
    for (i, v) in x.iter().enumerate() {
        let w = match w {
            Some(w) => w[i] * w[i],
            None => 1.0,
        };
        sum += w * v * v;
    }
    sum
}

#[grad(jvp)]
pub fn zipped(x: &[f64], w: Option<&Vec<f64>>) -> f64 {
    let Some(w) = w else {
        return x.iter().sum();
    };
    x.iter().zip(w).map(|(a, b)| a * b).sum()
}

#[grad(jvp)]
pub fn of_array(x: f64, p: Option<&[f64; 3]>) -> f64 {
    if let Some(p) = p { x * p[0] + p[1] * p[2] } else { x.exp() }
}

#[grad(jvp)]
pub fn of_struct(x: f64, p: Option<&Point>) -> f64 {
    p.map_or(x, |p| p.x * p.y * x)
}

#[grad(jvp)]
pub fn of_number(x: f64, p: Option<&f64>) -> f64 {
    let p = p.copied().unwrap_or(x);
    x * p * p
}

#[grad(jvp, wrt(x))]
pub fn constant(x: &[f64], w: Option<&[f64]>) -> f64 {
    weighted(x, w) * x[0]
}

#[grad(jvp)]
pub fn passed(x: &[f64], w: Option<&[f64]>) -> f64 {
    weighted(x, w) + weighted(x, None) * weighted(x, Some(x)) + weighted(&x[1..], Some(&x[..1]))
}

#[grad(jvp)]
pub fn made(x: f64, y: f64) -> f64 {
    let row = [x, y, x * y];
    let point = Point { x: y, y: x };
    let list = vec![y, x];
    let some = of_array(x, Some(&row)) + of_struct(y, Some(&point)) + of_number(x, Some(&y));
    let chosen = of_array(y, if y > 1.0 { Some(&row) } else { None });
    some * chosen + zipped(&row[..2], Some(&list)) + of_struct(x, None)
}

#[grad(jvp)]
pub fn fields(m: &Model, x: &[f64]) -> f64 {
    weighted(x, m.weights.as_deref()) * of_struct(m.slope, m.centre.as_ref())
}

pub fn cases(c: &mut Checker) {
    let x = vec![0.5, -1.25];
    for w in [Some(vec![0.75, 1.5]), None] {
        check!(c, weighted(&x, by as_deref w) -> f64);
        check!(c, zipped(&x, by as_ref w) -> f64);
        check!(c, passed(&x, by as_deref w) -> f64);
        check!(c, constant(&x, const w.as_deref()) -> f64);
        let full = Model { slope: 0.75, weights: w, centre: Some(Point { x: 0.5, y: -1.25 }) };
        check!(c, fields(&full, &x) -> f64);
        check!(c, fields(&Model { centre: None, ..full.clone() }, &x) -> f64);
    }
    check!(c, of_array(0.75, by as_ref Some([0.5, 1.25, -0.5])) -> f64);
    check!(c, of_array(0.75, by as_ref None::<[f64; 3]>) -> f64);
    check!(c, of_struct(0.75, by as_ref Some(Point { x: 0.5, y: -1.25 })) -> f64);
    check!(c, of_struct(0.75, by as_ref None::<Point>) -> f64);
    check!(c, of_number(0.75, by as_ref Some(0.5)) -> f64);
    check!(c, of_number(0.75, by as_ref None::<f64>) -> f64);
    check!(c, made(0.75, 0.5) -> f64);
    check!(c, made(0.75, 1.5) -> f64);
}
