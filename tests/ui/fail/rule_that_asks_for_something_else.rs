use autodiff_runtime::derivative;

fn product(x: f64, y: f64) -> f64 {
    x * y
}

#[derivative]
impl product {
    fn forward(x: f64, y: f64) -> (f64, ()) {
        (product(x, y), ())
    }

    fn reverse(x: f64, z: f64, w: f64, seed: f64) -> (f64, f64) {
        (seed * z, seed * x + w)
    }

    fn jvp(x: f64, y: f64, d_x: f64) -> (f64, f64) {
        (x * y, d_x * y)
    }
}

fn main() {}
