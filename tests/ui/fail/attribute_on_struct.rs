use autodiff_runtime::grad;

#[grad]
struct Point {
    x: f64,
    y: f64,
}

fn main() {}
