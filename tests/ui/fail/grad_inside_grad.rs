use autodiff_runtime::grad;

#[grad]
fn outer(x: f64) -> f64 {
    #[grad]
    fn inner(y: f64) -> f64 {
        y * y
    }
    inner(x) * x
}

fn main() {}
