use autodiff_runtime::grad;

#[grad(jacobian)]
fn count(x: &[f64]) -> usize {
    x.len()
}

fn main() {}
