use autodiff_runtime::grad;

#[grad]
fn total(x: &[f64]) -> f64 {
    for i in 0..x.len() {
        sum += x[i];
    }
    x[0]
}

fn main() {}
