use autodiff_runtime::grad;

#[grad]
fn stopped(x: f64) -> f64 {
    if x > 0.0 {
        break;
    }
    x
}

fn main() {}
