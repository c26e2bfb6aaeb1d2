use autodiff_runtime::grad;

#[grad]
fn cube(x: f64) -> f64 {
    fn square(x: f64) -> f64 {
        x * x
    }
    square(x) * x
}

fn main() {}
