use autodiff_runtime::grad;

mod norms {
    use autodiff_runtime::grad;

    #[grad]
    pub fn norm(x: &[f64]) -> f64 {
        x[0].abs()
    }
}

use norms::norm;

#[grad]
fn of_one(x: f64) -> f64 {
    norm(x)
}

#[grad]
fn of_none(x: f64) -> f64 {
    norms::norm() * x
}

#[grad]
fn of_nothing(x: f64) -> f64 {
    norms::length(x)
}

#[grad]
fn text(x: f64) -> f64 {
    let y: f64 = "1.0";
    x * y
}

#[grad]
fn all(x: f64) -> f64 {
    of_one(x) + of_none(x) + of_nothing(x) + text(x)
}

fn main() {
    all_grad(1.0);
}
