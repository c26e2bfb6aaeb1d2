use autodiff_runtime::derivative;

#[derivative(of = f64::sin, x = x.cos())]
fn sine(x: f64) -> f64 {
    x.sin()
}

fn main() {}
