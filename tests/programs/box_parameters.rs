// Parameters that are boxes: the gradient of a boxed slice is a vector, that of any other box a box.

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

autodiff_tests::flat! { Point, PointTangent; }

#[grad(jvp)]
pub fn number(x: Box<f64>) -> f64 {
    *x * *x * x.sin()
}

#[grad(jvp)]
pub fn slice(x: Box<[f64]>, y: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i] * x[i] * y;
    }
    sum
}

#[grad(jvp)]
pub fn borrowed(x: &Box<[f64]>, p: &Box<Point>) -> f64 {
    x.iter().map(|v| v * v * p.x).sum::<f64>() * p.y
}

#[grad(jvp)]
pub fn overwritten(mut p: Box<Point>, y: f64) -> f64 {
    p.x *= y;
    *p = Point { x: p.x, y: p.y * p.x };
    p.x * p.y
}

#[grad(jvp)]
pub fn in_out(p: &mut Box<Point>, y: f64) {
    p.x *= p.y * y;
}

#[grad(jvp)]
pub fn array(p: Box<[f64; 3]>, q: Option<Box<f64>>) -> f64 {
    p[0] * p[1] * p[2] * q.map_or(1.0, |q| *q * *q)
}

#[grad(jvp)]
pub fn passed(x: f64, y: f64) -> f64 {
    let point = Box::new(Point { x: y, y: x });
    number(Box::new(x * y)) + slice(vec![x, y].into_boxed_slice(), x) + overwritten(point, y)
}

pub fn cases(c: &mut Checker) {
    let p = Box::new(Point { x: 0.5, y: -1.25 });
    let x = vec![0.75, 1.5].into_boxed_slice();
    check!(c, number(Box::new(0.75)) -> f64);
    check!(c, slice(x.clone(), 0.75) -> f64);
    check!(c, borrowed(&x, &p) -> f64);
    check!(c, overwritten(p.clone(), 0.75) -> f64);
    check!(c, in_out(&mut p.clone(), 0.75) -> ());
    check!(c, array(Box::new([0.5, 0.75, 1.25]), Some(Box::new(0.5))) -> f64);
    check!(c, array(Box::new([0.5, 0.75, 1.25]), None::<Box<f64>>) -> f64);
    check!(c, passed(0.75, 0.5) -> f64);
}
