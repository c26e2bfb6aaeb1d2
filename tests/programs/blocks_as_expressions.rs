// A block's value, in every place where an expression may stand.

#[grad(jvp)]
pub fn gaussian_quadrature(a: f64, b: f64) -> f64 {
    let half = {
        let width = b - a;
        width / 2.0
    };
    let middle = { (a + b) / 2.0 };
    let offset = half * {
        let root: f64 = 1.0 / 3.0;
        root.sqrt()
    };
    half * ({
        let x = middle - offset;
        x.exp() * x
    } + {
        let x = middle + offset;
        x.exp() * x
    })
}

#[grad(jvp)]
pub fn block_that_assigns(x: f64) -> f64 {
    let mut count = 1.0;
    let y = {
        count += x;
        let y = count * x;
        count += y;
        y * y
    };
    {
        count *= y;
    }
    count
}

pub fn cases(c: &mut Checker) {
    check!(c, gaussian_quadrature(-0.5, 1.25) -> f64);
    check!(c, block_that_assigns(0.75) -> f64);
}
