// Functions of other modules: by path, by `use`, by a glob, renamed, and one level up.

mod special {
    use super::grad;

    #[grad(jvp)]
    pub fn logistic(x: f64) -> f64 {
        1.0 / (1.0 + (-x).exp())
    }

    pub mod norms {
        use super::super::grad;

        #[grad(jvp)]
        pub fn two(x: &[f64]) -> f64 {
            let mut sum: f64 = 0.0;
            for i in 0..x.len() {
                sum += x[i] * x[i];
            }
            super::shared_root(sum)
        }

        #[grad(jvp)]
        pub fn one(x: &[f64]) -> f64 {
            let mut sum = 0.0;
            for i in 0..x.len() {
                sum += x[i].abs();
            }
            sum
        }
    }

    #[grad(jvp)]
    pub(super) fn shared_root(x: f64) -> f64 {
        x.sqrt()
    }

    #[grad(jvp)]
    pub fn twice(x: f64) -> f64 {
        2.0 * x * self::logistic(x)
    }
}

use special::norms::two;
use special::norms::*;
use special::twice as doubled;

#[grad(jvp)]
pub fn mixture(x: &[f64]) -> f64 {
    let a = special::logistic(x[0]);
    let b = special::norms::two(&x[1..]);
    let c = self::special::logistic(two(x) - one(&x[1..]));
    a * b + c * doubled(x[2])
}

pub fn cases(c: &mut Checker) {
    check!(c, mixture(&vec![0.5, -1.25, 2.0]) -> f64);
}
