use autodiff_runtime::grad;

#[grad]
fn total(x: &[f64]) -> f64 {
    x[0] + x[1]
}

fn main() {
    total_grad_into(&[1.0, 2.0], &mut [0.0_f32; 2]);
}
