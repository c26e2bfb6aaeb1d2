// A labelled block, left early with a value.

#[grad(jvp)]
pub fn first_that_fits(x: f64, y: f64) -> f64 {
    let z = 'found: {
        if x * y > 1.0 {
            break 'found x.sqrt();
        }
        let sum = x + y;
        if sum < 0.0 {
            break 'found sum * sum;
        }
        sum * y
    };
    z * x
}

pub fn cases(c: &mut Checker) {
    for (x, y) in [(1.5, 0.75), (0.5, -0.75), (0.5, 0.75)] {
        check!(c, first_that_fits(x, y) -> f64);
    }
}
