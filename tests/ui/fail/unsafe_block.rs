use autodiff_runtime::grad;

#[grad]
fn first(x: &[f64]) -> f64 {
    unsafe { *x.get_unchecked(0) * 2.0 }
}

fn main() {}
