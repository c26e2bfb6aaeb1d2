//! Derivatives by central differences, as exact as the arithmetic allows.

/// A derivative and what it may be wrong by.
#[derive(Clone, Copy, Debug)]
pub struct Estimate {
    pub value: f64,
    pub error: f64,
}

/// The derivative at 0 of a function of a step.
///
/// Central differences at four steps, each half of the one before, are extrapolated
/// (Richardson); this is done from several first steps, and the one that agrees best with
/// itself is taken. A step that leaves the domain, or crosses into another branch, disagrees
/// with the others and so loses.
pub fn derivative(f: impl Fn(f64) -> f64, epsilon: f64) -> Estimate {
    let first_steps: &[i32] = if epsilon > 1e-10 { &[-3, -5] } else { &[-4, -7, -10, -13] };
    let mut best = Estimate { value: f64::NAN, error: f64::INFINITY };
    for &exponent in first_steps {
        let found = richardson(&f, 2f64.powi(exponent));
        if found.error < best.error {
            best = found;
        }
    }
    best
}

const LEVELS: usize = 4;

fn richardson(f: &impl Fn(f64) -> f64, first_step: f64) -> Estimate {
    let mut row = [0.0; LEVELS];
    let mut previous = [0.0; LEVELS];
    let mut error = f64::INFINITY;
    let mut step = first_step;
    for level in 0..LEVELS {
        row[0] = (f(step) - f(-step)) / (2.0 * step);
        let mut factor = 4.0;
        for order in 1..=level {
            row[order] = row[order - 1] + (row[order - 1] - previous[order - 1]) / (factor - 1.0);
            factor *= 4.0;
        }
        if level > 0 {
            error =
                (row[level] - row[level - 1]).abs().max((row[level] - previous[level - 1]).abs());
        }
        previous = row;
        step /= 2.0;
    }
    Estimate { value: row[LEVELS - 1], error: if error.is_nan() { f64::INFINITY } else { error } }
}
