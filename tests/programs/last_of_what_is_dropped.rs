// The last item where the iteration that comes last makes none: it is that of an earlier iteration.

#[grad(jvp)]
pub fn filtered(x: &[f64], otherwise: f64) -> f64 {
    let a = x.iter().copied().filter(|v| *v > 0.25).last().unwrap_or(otherwise);
    let b = x.iter().filter_map(|v| if *v > 0.0 { Some(v * v) } else { None }).last().unwrap_or_default();
    a * otherwise + b
}

#[grad(jvp)]
pub fn ended_early(x: &[f64], otherwise: f64) -> f64 {
    let a = x.iter().copied().take_while(|v| *v < 1.0).last().unwrap_or(otherwise);
    let b = x.iter().flat_map(|v| [*v, v * otherwise]).take(3).last();
    match b {
        Some(b) => a * b,
        None => a,
    }
}

#[grad(jvp)]
pub fn with_its_place(x: &[f64], otherwise: f64) -> f64 {
    let Some((i, v)) = x.iter().enumerate().filter(|(i, v)| i % 2 == 0 && **v > 0.25).last() else {
        return otherwise * otherwise;
    };
    (i + 1) as f64 * v * otherwise
}

pub fn cases(c: &mut Checker) {
    for x in [vec![0.5, 1.25, -0.75], vec![-0.5, 0.75, 2.0, 0.125], vec![-1.0], Vec::new()] {
        check!(c, filtered(&x, 0.375) -> f64);
        check!(c, ended_early(&x, 0.375) -> f64);
        check!(c, with_its_place(&x, 0.375) -> f64);
    }
}
