use autodiff_runtime::grad;

#[grad]
fn digits(x: f64) -> f64 {
    let text = format!("{x}");
    text.len() as f64 * x
}

fn main() {
    println!("{}", digits_grad(3.0));
}
