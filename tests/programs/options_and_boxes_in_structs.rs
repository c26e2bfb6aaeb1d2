// Fields that are an `Option` or a `Box`: matched, unwrapped, changed, made.

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

#[derive(autodiff_runtime::Differentiable, Clone, Debug, PartialEq)]
pub struct Model {
    pub slope: f64,
    pub bias: Option<f64>,
    pub steps: Option<usize>,
    pub centre: Option<Point>,
    pub table: Option<Vec<f64>>,
}

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Pair(pub f64, pub Option<f64>);

#[derive(autodiff_runtime::Differentiable, Clone, Debug, PartialEq)]
pub struct Boxed {
    pub point: Box<Point>,
    pub scale: Box<f64>,
    pub row: Box<[f64]>,
    pub fixed: Box<[f64; 2]>,
}

autodiff_tests::flat! {
    Point, PointTangent;
    Model, ModelTangent;
    Pair, PairTangent;
    Boxed, BoxedTangent;
}

#[grad(jvp)]
pub fn line(m: &Model, x: f64) -> f64 {
    let bias = match m.bias {
        Some(bias) => bias * bias,
        None => m.slope,
    };
    let centre = if let Some(Point { x: c, .. }) = m.centre { c } else { 0.25 };
    let table = match &m.table {
        Some(table) => table[0] * x + table.len() as f64,
        None => x * x,
    };
    m.slope * (x - centre) + bias * table
}

#[grad(jvp)]
pub fn by_methods(m: &Model, x: f64) -> f64 {
    let bias = m.bias.unwrap_or(x);
    let squared = m.bias.map(|b| b * b * x).unwrap_or(m.slope);
    let product = m.centre.as_ref().map_or(x, |c| c.x * c.y);
    let some = if m.bias.is_some() { m.bias.unwrap().sin() } else { 1.0 };
    bias * squared + product * some
}

#[grad(jvp)]
pub fn returned(m: &Model, x: f64) -> Option<f64> {
    let bias = m.bias?;
    let Some(centre) = m.centre else {
        return Some(bias);
    };
    Some(bias * centre.x * x)
}

#[grad(jvp)]
pub fn or_squared(m: &Model, x: f64) -> f64 {
    returned(m, x).unwrap_or(x * x)
}

#[grad(jvp)]
pub fn counted(m: &Model, x: f64) -> f64 {
    let mut y = x;
    if let Some(steps) = m.steps {
        for i in 0..steps {
            y = y * x + i as f64;
        }
    }
    y * m.slope
}

#[grad(jvp)]
pub fn changed(m: &mut Model, x: f64) {
    if let Some(bias) = &mut m.bias {
        *bias *= x;
    }
    if let Some(centre) = m.centre.as_mut() {
        centre.y += centre.x * x;
    }
    match &mut m.table {
        Some(table) => table[1] *= m.slope,
        None => m.slope *= x,
    }
}

#[grad(jvp)]
pub fn replaced(mut m: Model, x: f64) -> f64 {
    let before = m.bias.unwrap_or(0.5);
    m.bias = Some(before * x);
    m.centre = None;
    if x > 1.0 {
        m.bias = None;
    }
    m.bias.unwrap_or(m.slope) * before
}

#[grad(jvp)]
pub fn exchanged(mut m: Model, x: f64) -> f64 {
    let before = m.bias.replace(x * x);
    let centre = m.centre.take();
    let table = std::mem::take(&mut m.table);
    let sum = match centre {
        Some(centre) => centre.x * centre.y,
        None => x,
    };
    let first = if let Some(table) = &table { table[0] } else { 2.0 };
    sum * m.bias.unwrap_or(1.0) + before.unwrap_or(m.slope) * first + m.centre.map_or(x, |c| c.x)
}

#[grad(jvp)]
pub fn made(x: f64, y: f64) -> f64 {
    let bias = (x > 0.0).then(|| x * y);
    let centre = if y > 0.0 { Some(Point { x: y, y: x }) } else { None };
    let m = Model { slope: x, bias, steps: None, centre, table: Some(vec![y, 1.0]) };
    line(&m, y) + pair(Pair(x, Some(y)))
}

#[grad(jvp)]
pub fn pair(p: Pair) -> f64 {
    match p {
        Pair(a, Some(b)) => a * b,
        Pair(a, None) => a * a,
    }
}

#[grad(jvp)]
pub fn several(all: &[Pair], x: f64) -> f64 {
    let there: f64 = all.iter().filter_map(|p| p.1).sum();
    let flat: f64 = all.iter().flat_map(|p| p.1).map(|b| b * x).sum();
    let or: f64 = all.iter().map(|p| p.1.unwrap_or(x) * p.0).sum();
    there * flat + or
}

#[grad(jvp)]
pub fn norm(p: &Point) -> f64 {
    p.x * p.x + p.y
}

#[grad(jvp)]
pub fn boxed(b: &Boxed, x: f64) -> f64 {
    let Point { x: u, y } = &*b.point;
    let copy = (*b.point).clone();
    let mut sum = *b.scale * u + y * copy.x + b.scale.sin();
    for v in b.row.iter() {
        sum += v * x;
    }
    for i in 0..b.fixed.len() {
        sum += b.fixed[i] * b.row[i];
    }
    sum * norm(&b.point)
}

#[grad(jvp)]
pub fn boxed_changed(b: &mut Boxed, x: f64) -> f64 {
    *b.scale *= x;
    b.point.x += *b.scale;
    *b.point = Point { x, y: b.point.x };
    b.row[1] = b.point.y * b.fixed[0];
    b.row[1] * *b.scale
}

#[grad(jvp)]
pub fn boxed_made(x: f64) -> f64 {
    let scale = Box::new(x * x);
    let b = Boxed {
        point: Box::new(Point { x, y: 2.0 }),
        scale,
        row: vec![x, 1.0].into_boxed_slice(),
        fixed: Box::new([x, 3.0]),
    };
    boxed(&b, x)
}

pub fn cases(c: &mut Checker) {
    let full = Model {
        slope: 0.75,
        bias: Some(1.25),
        steps: Some(3),
        centre: Some(Point { x: 0.5, y: -1.5 }),
        table: Some(vec![0.25, 0.5]),
    };
    let empty = Model { slope: 0.75, bias: None, steps: None, centre: None, table: None };
    for m in [full, empty] {
        check!(c, line(&m, 0.875) -> f64);
        check!(c, by_methods(&m, 0.875) -> f64);
        check!(c, counted(&m, 0.875) -> f64);
        check!(c, changed(&mut m.clone(), 0.875) -> ());
        check!(c, replaced(m.clone(), 0.875) -> f64);
        check!(c, replaced(m.clone(), 1.125) -> f64);
        check!(c, exchanged(m.clone(), 0.875) -> f64);
        check!(c, or_squared(&m, 0.875) -> f64);
    }
    check!(c, made(0.75, 0.5) -> f64);
    check!(c, made(-0.75, -0.5) -> f64);
    check!(c, pair(Pair(0.75, None)) -> f64);
    check!(c, several(&vec![Pair(0.5, Some(1.25)), Pair(0.75, None), Pair(-0.5, Some(0.25))], 0.875) -> f64);
    let b = Boxed {
        point: Box::new(Point { x: 0.5, y: -1.5 }),
        scale: Box::new(0.75),
        row: vec![0.25, 0.5].into_boxed_slice(),
        fixed: Box::new([1.25, -0.25]),
    };
    check!(c, boxed(&b, 0.875) -> f64);
    check!(c, boxed_changed(&mut b.clone(), 0.875) -> f64);
    check!(c, boxed_made(0.875) -> f64);
}
