use autodiff_runtime::derivative;

fn first(x: &[f64]) -> f64 {
    x[0]
}

#[derivative]
impl first {
    fn forward(x: &[f64]) -> (f64, &[f64]) {
        (x[0], x)
    }

    fn reverse(kept: &[f64], seed: f64) -> Vec<f64> {
        kept.iter().enumerate().map(|(i, _)| if i == 0 { seed } else { 0.0 }).collect()
    }
}

fn main() {}
