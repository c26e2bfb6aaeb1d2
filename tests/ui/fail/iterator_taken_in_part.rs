//! Parts of an iterator, where what is left of it depends on more than a number.

use autodiff_runtime::grad;

#[grad]
fn running(x: &[f64]) -> f64 {
    let mut products = x.iter().scan(1.0, |all, v| {
        *all *= v;
        Some(*all)
    });
    let first = products.find(|v| *v > 0.1).unwrap_or(2.0);
    first * products.sum::<f64>()
}

#[grad]
fn side_by_side(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let a: f64 = it.by_ref().zip([0.5, 0.25]).map(|(v, w)| v * w).sum();
    a * it.sum::<f64>()
}

fn main() {
    running_grad(&[1.0, 2.0]);
    side_by_side_grad(&[1.0, 2.0]);
}
