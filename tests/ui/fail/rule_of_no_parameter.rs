use autodiff_runtime::derivative;

#[derivative(radios = 6.0 * radius)]
fn area(radius: f64) -> f64 {
    3.0 * radius * radius
}

fn main() {}
