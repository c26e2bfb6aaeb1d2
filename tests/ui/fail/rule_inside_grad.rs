use autodiff_runtime::{derivative, grad};

#[grad]
fn wave(x: f64) -> f64 {
    #[derivative(of = f64::sin, t = t.cos())]
    fn sine(t: f64) -> f64;
    sine(2.0 * x)
}

fn main() {}
