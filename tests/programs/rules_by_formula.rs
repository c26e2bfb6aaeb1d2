// Rules of one's own that are formulas: for own functions and for those of other crates, with several arguments, in terms of
// the value, of numbers behind references, called in loops, by path, and from within other rules.

use autodiff_runtime::derivative;

/// By trial, so that its own code has no derivative worth the name.
#[derivative(x = 0.5 / result, jacobian, hessian)]
pub fn root(x: f64) -> f64 {
    let mut y = 0.5 * (x + 1.0);
    for _ in 0..60 {
        y = 0.5 * (y + x / y);
    }
    y
}

#[derivative(of = f64::powf, x = y * result / x, y = result * x.ln(), jacobian, hessian)]
pub fn power(x: f64, y: f64) -> f64;

mod foreign {
    pub fn table(x: &f64, scale: f64, steps: usize, name: &str) -> f64 {
        assert_eq!(name, "cubes");
        let mut sum = 0.0;
        (1..=steps).for_each(|i| sum += scale * x * x * x / i as f64);
        sum
    }

    pub mod rules {
        use super::super::derivative;

        #[derivative(
            of = super::table,
            x = 3.0 * result / *x,
            scale = result / scale,
            jacobian,
            hessian,
        )]
        pub(in super::super) fn cubes(x: &f64, scale: f64, steps: usize, name: &str) -> f64;
    }
}

/// A slope that is a rule itself, and one that is a number.
#[derivative(x = power(x, 2.0), y = 3.0, jacobian, hessian)]
fn third(x: f64, y: f64) -> f64 {
    power(x, 3.0) / 3.0 + 3.0 * y
}

/// No derivative with respect to `order`, though it is a float.
#[derivative(x = order * x.powf(order - 1.0), jacobian, hessian)]
fn monomial(order: f64, x: f64) -> f64 {
    x.powf(order)
}

#[grad(jvp)]
pub fn distance(x: f64, y: f64) -> f64 {
    root(x * x + y * y)
}

#[grad(jvp)]
pub fn many(x: &[f64], exponent: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        let mut p = power(x[i], exponent);
        if p > 1.0 {
            p = root(p) + foreign::rules::cubes(&p, exponent, 2, "cubes");
        }
        sum += p * monomial(2.0, x[i]);
    }
    sum
}

#[grad(jvp)]
pub fn nested(x: f64, y: f64) -> f64 {
    third(third(x, y), x) * power(2.0, x)
}

pub fn cases(c: &mut Checker) {
    check!(c, root(2.0) -> f64);
    check!(c, power(1.5, 0.75) -> f64);
    check!(c, distance(3.0, 4.0) -> f64);
    check!(c, many(&vec![0.5, 1.25, 2.0], 1.5) -> f64);
    check!(c, nested(0.75, -0.5) -> f64);
}
