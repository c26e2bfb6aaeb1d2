use autodiff_runtime::grad;

#[grad]
fn chosen(x: f64) -> f64 {
    if x > 0.0 { x } else { "negative" }
}

fn main() {}
