use autodiff_runtime::grad;

#[grad]
fn sign(x: f64) -> i32 {
    if x > 0.0 { 1 } else { -1 }
}

fn main() {}
