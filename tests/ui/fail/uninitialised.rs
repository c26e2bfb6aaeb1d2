use autodiff_runtime::grad;

#[grad]
fn chosen(x: f64) -> f64 {
    let y;
    if x > 0.0 {
        y = x * x;
    }
    y
}

fn main() {}
