// Functions that return `Option` and `Result`, called with `?`, `match`, `if let` and their methods.

#[grad(jvp)]
fn safe_log(x: f64) -> Option<f64> {
    if x > 0.0 { Some(x.ln()) } else { None }
}

#[derive(Debug)]
enum Bad {
    Negative,
    Empty,
}

#[grad(jvp)]
fn roots(x: &[f64]) -> Result<Vec<f64>, Bad> {
    if x.is_empty() {
        return Err(Bad::Empty);
    }
    let mut out = Vec::new();
    for v in x {
        if *v < 0.0 {
            return Err(Bad::Negative);
        }
        out.push(v.sqrt());
    }
    Ok(out)
}

#[grad(jvp)]
fn mean_root(x: &[f64], y: f64) -> Result<f64, Bad> {
    let r = roots(x)?;
    let l = safe_log(y).ok_or(Bad::Negative)?;
    let mut sum = l * r[0];
    for v in &r {
        sum += v * l;
    }
    Ok(sum)
}

#[grad(jvp)]
pub fn total(x: &[f64], y: f64) -> f64 {
    let a = match mean_root(x, y) {
        Ok(v) => v * 2.0,
        Err(_) => y,
    };
    let b = if let Some(l) = safe_log(x[0]) { l } else { 0.0 };
    let c = safe_log(-y).map(|l| l * 3.0).unwrap_or(y * y);
    let d = safe_log(x[0]).and_then(safe_log).unwrap_or_default();
    let logs: f64 = x.iter().filter_map(|&v| safe_log(v).map(|l| l * v)).sum();
    a + b + c + d + logs
}

pub fn cases(c: &mut Checker) {
    check!(c, total(&vec![4.5, 9.0], 2.0) -> f64);
    check!(c, total(&vec![4.5, 9.0], -2.0) -> f64);
    check!(c, total(&vec![4.5, -9.0], 2.0) -> f64);
    check!(c, total(&vec![-0.5, 0.75], 2.0) -> f64);
}
