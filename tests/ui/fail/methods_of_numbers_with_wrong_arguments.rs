use autodiff_runtime::grad;

#[grad]
fn missing(x: f64) -> f64 {
    x.powi() * x.max()
}

#[grad]
fn by_path(x: f64) -> f64 {
    f64::max(x)
}

#[grad]
fn of_a_slice(x: f64, v: &[f64]) -> f64 {
    v[0] * x / x.len() as f64
}

fn main() {}
