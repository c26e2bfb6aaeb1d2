use autodiff_runtime::grad;

#[grad]
fn constant() -> f64 {
    2.0
}

fn main() {}
