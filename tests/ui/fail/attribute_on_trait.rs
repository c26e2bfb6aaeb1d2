use autodiff_runtime::grad;

#[grad]
trait Curve {
    fn at(&self, x: f64) -> f64;
}

fn main() {}
