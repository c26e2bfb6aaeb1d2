use autodiff_runtime::grad;

fn area(radius: f64) -> f64 {
    3.0 * radius * radius
}

#[grad]
fn volume(radius: f64, height: f64) -> f64 {
    area(radius) * height
}

fn main() {}
