use autodiff_runtime::grad;

#[grad]
fn total(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    let mut add = |v: f64| sum += v;
    add(x[0]);
    add(x[1]);
    sum
}

fn main() {}
