use autodiff_runtime::grad;

#[grad]
fn square(x: f64) -> f64 {
    let y = x * x;
}

fn main() {
    println!("{}", square_grad(3.0));
}
