use autodiff_runtime::grad;

#[grad]
fn successor(x: f64) -> f64 {
    x + 1
}

fn main() {}
