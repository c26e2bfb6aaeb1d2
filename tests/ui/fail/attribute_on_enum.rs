use autodiff_runtime::grad;

#[grad]
enum Shape {
    Circle(f64),
}

fn main() {}
