use std::collections::HashMap;

use autodiff_runtime::grad;

#[grad]
fn by_key(x: &[f64]) -> f64 {
    let mut sums: HashMap<usize, f64> = HashMap::new();
    for (i, v) in x.iter().enumerate() {
        *sums.entry(i % 2).or_insert(0.0) += v;
    }
    sums[&0] * sums[&1]
}

fn main() {}
