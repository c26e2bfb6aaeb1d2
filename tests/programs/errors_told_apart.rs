// Which error a function of numbers returned: matched by its variant, compared, and converted by `?`.

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SolveError {
    Negative,
    Diverged(usize),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ModelError {
    Solve(SolveError),
    Large,
}

impl From<SolveError> for ModelError {
    fn from(error: SolveError) -> Self {
        ModelError::Solve(error)
    }
}

#[grad(jvp)]
pub fn solve(x: f64) -> Result<f64, SolveError> {
    if x < 0.0 {
        return Err(SolveError::Negative);
    }
    if x > 10.0 {
        return Err(SolveError::Diverged(3));
    }
    Ok(x.sqrt())
}

#[grad(jvp)]
pub fn model(x: f64, y: f64) -> Result<f64, ModelError> {
    let root = solve(x)?;
    if root * y > 4.0 {
        return Err(ModelError::Large);
    }
    Ok(root * y * y)
}

#[grad(jvp)]
pub fn matched(x: f64) -> f64 {
    match solve(x) {
        Err(SolveError::Negative) => -x * x,
        Err(SolveError::Diverged(_)) => x * 3.0,
        Ok(v) => v * v * v,
    }
}

#[grad(jvp)]
pub fn compared(x: f64) -> f64 {
    let made = solve(x * 1.5);
    match made {
        Ok(v) => v,
        Err(e) => {
            if e == SolveError::Negative {
                x.exp()
            } else {
                2.0 * x
            }
        }
    }
}

#[grad(jvp)]
pub fn converted(x: f64, y: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..3 {
        sum += match model(x + i as f64, y) {
            Ok(v) => v,
            Err(ModelError::Large) => x * y,
            Err(ModelError::Solve(SolveError::Negative)) => x.sin(),
            Err(_) => y,
        };
    }
    sum
}

pub fn cases(c: &mut Checker) {
    for x in [-2.5, 2.25, 20.0] {
        check!(c, matched(x) -> f64);
        check!(c, compared(x) -> f64);
        check!(c, converted(x, 0.75) -> f64);
        check!(c, converted(x, 2.25) -> f64);
    }
    check!(c, converted(-0.5, 2.25) -> f64);
}
