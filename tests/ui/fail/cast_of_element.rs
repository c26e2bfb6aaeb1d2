use autodiff_runtime::grad;

#[grad]
fn counted(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x[0] as usize {
        sum += x[i];
    }
    sum
}

fn main() {}
