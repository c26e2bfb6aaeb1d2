// `match` on a bool, as a statement that assigns and as an argument.

#[grad(jvp)]
pub fn leaky(x: f64, slope: f64) -> f64 {
    let mut y = x;
    match x > 0.0 {
        true => y *= y,
        false => {
            y *= slope;
            y -= slope * slope;
        }
    }
    y.mul_add(
        match slope < 0.5 {
            true => slope,
            false => 1.0 - slope,
        },
        x,
    )
}

pub fn cases(c: &mut Checker) {
    for (x, slope) in [(0.75, 0.25), (-0.75, 0.25), (-0.75, 0.75)] {
        check!(c, leaky(x, slope) -> f64);
    }
}
