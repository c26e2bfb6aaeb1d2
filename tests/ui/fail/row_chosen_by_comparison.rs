use autodiff_runtime::grad;

#[grad]
fn heaviest(x: &[f64]) -> f64 {
    let row = x.chunks(2).max_by(|a, b| a[0].total_cmp(&b[0])).unwrap();
    row[1]
}

fn main() {}
