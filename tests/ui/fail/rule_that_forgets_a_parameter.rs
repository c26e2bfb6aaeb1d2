use autodiff_runtime::derivative;

fn scaled(x: &[f64], by: f64) -> f64 {
    x[0] * by
}

#[derivative]
impl scaled {
    fn forward(x: &[f64], by: f64) -> (f64, ()) {
        (scaled(x, by), ())
    }

    fn reverse(x: &[f64], by: f64, seed: f64) -> Vec<f64> {
        x.iter().map(|_| seed * by).collect()
    }
}

fn main() {}
