use autodiff_runtime::grad;

fn total(x: &[f64]) -> f64 {
    x.iter().sum()
}

#[grad]
fn mean(x: &[f64]) -> f64 {
    total(x) / x.len() as f64
}

fn main() {}
