// Parameters that are an `Option`: the gradient is one, too, of what it holds. Those of integers and `bool` have none.

#[derive(autodiff_runtime::Differentiable, Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

autodiff_tests::flat! { Point, PointTangent; }

#[grad(jvp)]
pub fn scaled(x: f64, scale: Option<f64>) -> f64 {
    x * x * scale.unwrap_or(2.0)
}

#[grad(jvp)]
pub fn power(x: f64, n: Option<usize>) -> f64 {
    if let Some(n) = n { x.powi(n as i32) } else { x }
}

#[grad(jvp, wrt(x))]
pub fn matched(x: f64, slope: &Option<f64>, twice: Option<bool>) -> f64 {
    let mut sum = 0.0;
    for i in 0..3 {
        sum += match slope {
            Some(s) if *s > 1.0 => x.powi(i) * s,
            Some(_) => x.sin(),
            None => x.exp(),
        };
    }
    if twice.unwrap_or(false) { sum * 2.0 } else { sum }
}

#[grad(jvp)]
pub fn early(x: f64, scale: Option<f64>, k: usize) -> f64 {
    let Some(s) = scale else { return x };
    let mut v = vec![x; k];
    for i in 0..k {
        v[i] *= s * v[i];
    }
    v.iter().sum::<f64>() * scaled(x, None)
}

#[grad(jvp)]
pub fn moved(x: f64, by: Option<Point>) -> f64 {
    match by {
        Some(Point { x: dx, y }) => (x + dx) * y,
        None => x.sin(),
    }
}

#[grad(jvp)]
pub fn borrowed(x: f64, by: &Option<Point>) -> f64 {
    if let Some(by) = by { x * by.x * by.y } else { x * x }
}

#[grad(jvp)]
pub fn weighted(x: &[f64], w: Option<Vec<f64>>) -> f64 {
    let mut sum = 0.0;
    for (i, v) in x.iter().enumerate() {
        sum += v * w.as_ref().map_or(1.0, |w| w[i] * w[i]);
    }
    sum
}

#[grad(jvp)]
pub fn either(x: f64, row: Option<[f64; 2]>, pair: Option<(f64, f64)>) -> f64 {
    let row = row.unwrap_or([x, 0.5]);
    let (a, b) = pair.unwrap_or((x * x, row[1]));
    row[0] * a + row[1] * b * x
}

#[grad(jvp)]
pub fn changed(scale: &mut Option<f64>, x: f64) -> f64 {
    match scale {
        Some(scale) => {
            *scale *= x;
            *scale * *scale
        }
        None => x * x,
    }
}

#[grad(jvp)]
pub fn passed(x: f64, y: f64) -> f64 {
    let by = if y > 1.0 { Some(Point { x, y }) } else { None };
    let made = scaled(x, Some(x * y)) + scaled(y, None) + moved(x, Some(Point { x: y, y: x }));
    made + moved(y, by) + weighted(&[x, y], Some(vec![y, x * 0.5])) + power(x, Some(2)) + power(y, None)
}

pub fn cases(c: &mut Checker) {
    for by in [None, Some(Point { x: 0.5, y: -1.25 })] {
        check!(c, moved(0.75, by) -> f64);
        check!(c, borrowed(0.75, &by) -> f64);
    }
    check!(c, weighted(&vec![0.5, -1.25], Some(vec![0.75, 1.5])) -> f64);
    check!(c, weighted(&vec![0.5, -1.25], None::<Vec<f64>>) -> f64);
    check!(c, either(0.75, Some([0.5, 1.25]), Some((1.5, -0.5))) -> f64);
    check!(c, either(0.75, None::<[f64; 2]>, Some((1.5, -0.5))) -> f64);
    check!(c, either(0.75, None::<[f64; 2]>, None::<(f64, f64)>) -> f64);
    check!(c, changed(&mut Some(0.5), 0.75) -> f64);
    check!(c, changed(&mut None::<f64>, 0.75) -> f64);
    check!(c, passed(0.75, 0.5) -> f64);
    check!(c, passed(0.75, 1.5) -> f64);
    for scale in [None, Some(0.5), Some(1.5)] {
        check!(c, scaled(0.75, scale) -> f64);
        check!(c, matched(0.75, const &scale, const Some(true)) -> f64);
        check!(c, matched(0.75, const &scale, const None) -> f64);
        check!(c, early(0.75, scale, const 3) -> f64);
    }
    check!(c, power(0.75, const Some(3)) -> f64);
    check!(c, power(0.75, const None) -> f64);
}
