// Operands with effects, evaluated in the order that Rust says.

#[grad(jvp)]
pub fn in_operands(x: f64) -> f64 {
    let mut y = x;
    let a = {
        y += x;
        y
    } * y;
    let b = y - {
        y *= 2.0;
        y
    };
    a * y + b
}

#[grad(jvp)]
pub fn in_indices(x: &[f64; 4]) -> f64 {
    let mut y = *x;
    let mut i = 0;
    // The value comes before the place, also for a compound assignment of floats.
    y[{
        i += 1;
        i
    }] = {
        i += 1;
        x[i] * x[0]
    };
    y[{
        i -= 1;
        i
    }] *= {
        i -= 1;
        x[i]
    };
    let product = y[i] * {
        i = 3;
        y[i]
    };
    product * y[1] + y[2] * i as f64
}

#[grad(jvp)]
pub fn in_arguments(x: f64, y: f64) -> f64 {
    let mut z = y;
    let a = weighted(
        {
            z *= x;
            z
        },
        z,
        {
            z += 1.0;
            z * x
        },
    );
    [
        a,
        {
            z *= a;
            z
        },
        z,
    ][1] + z
}

#[grad(jvp)]
pub fn weighted(a: f64, b: f64, weight: f64) -> f64 {
    a * weight + b * (1.0 - weight)
}

pub fn cases(c: &mut Checker) {
    check!(c, in_operands(0.75) -> f64);
    check!(c, in_indices(&[0.5, -1.25, 0.75, 2.0]) -> f64);
    check!(c, in_arguments(0.75, -1.25) -> f64);
}
