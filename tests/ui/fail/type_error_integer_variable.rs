use autodiff_runtime::grad;

#[grad]
fn mean(sum: f64, count: usize) -> f64 {
    sum / count
}

fn main() {
    println!("{}", mean_grad(3.0, 2));
}
