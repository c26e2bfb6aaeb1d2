use autodiff_runtime::grad;

#[grad]
fn accepted(x: &[f64], limit: f64) -> f64 {
    let mut kept = Vec::new();
    for i in 0..x.len() {
        if x[i] < limit {
            kept.push(x[i] * x[i]);
        }
    }
    kept[0]
}

fn main() {}
