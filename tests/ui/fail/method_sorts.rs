use autodiff_runtime::grad;

#[grad]
fn median(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    y.sort_by(f64::total_cmp);
    y[y.len() / 2]
}

fn main() {}
