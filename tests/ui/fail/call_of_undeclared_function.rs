use autodiff_runtime::grad;

#[grad]
fn volume(radius: f64) -> f64 {
    sphere(radius) * 2.0
}

fn main() {}
