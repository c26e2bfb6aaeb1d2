// Vectors and arrays of `Option`s: given, made, pushed, changed through `flatten`, summed.

#[grad(jvp)]
pub fn present(x: &[Option<f64>]) -> f64 {
    let mut sum = 0.0;
    for v in x {
        if let Some(v) = v {
            sum += v * v;
        }
    }
    sum + x.iter().flatten().sum::<f64>()
}

#[grad(jvp)]
pub fn written(x: &[f64]) -> f64 {
    let mut all = vec![Some(x[0]), None, Some(x[1] * x[0])];
    for v in all.iter_mut().flatten() {
        *v *= *v;
    }
    all.iter().flatten().sum()
}

#[grad(jvp)]
pub fn pushed(x: &[f64]) -> f64 {
    let mut all: Vec<Option<f64>> = Vec::new();
    for v in x {
        all.push(if *v > 0.0 { Some(v * v) } else { None });
    }
    all.push(Some(x[0]));
    all[0] = all[1].map(|v| v * 2.0);
    all.iter().map(|v| v.unwrap_or(1.5)).product()
}

#[grad(jvp)]
pub fn assigned(x: &[f64]) -> f64 {
    let mut all = [None; 3];
    for (i, v) in x.iter().enumerate() {
        if *v > 0.0 {
            all[i] = Some(v * v);
        }
    }
    all.iter().map(|v| v.unwrap_or(1.5)).product()
}

#[grad(jvp)]
pub fn collected(x: &[f64], y: f64) -> f64 {
    let all: Vec<Option<f64>> = x.iter().map(|v| (*v > 0.0).then(|| v * v * y)).collect();
    let last = [None, Some(y), if x[1] > 0.0 { Some(x[1] * y) } else { None }];
    all.iter().flatten().map(|v| v * v).sum::<f64>() + last.iter().flatten().sum::<f64>()
}

pub fn cases(c: &mut Checker) {
    check!(c, present(&vec![Some(0.75), None, Some(-0.5)]) -> f64);
    for x in [vec![0.75, 1.25, 0.5], vec![-0.75, 1.25, 0.5], vec![0.75, -1.25, 0.5]] {
        check!(c, written(&x) -> f64);
        check!(c, pushed(&x) -> f64);
        check!(c, assigned(&x) -> f64);
        check!(c, collected(&x, 0.75) -> f64);
    }
}
