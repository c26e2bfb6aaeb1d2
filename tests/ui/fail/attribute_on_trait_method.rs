use autodiff_runtime::grad;

trait Curve {
    #[grad]
    fn at(&self, x: f64) -> f64;
}

fn main() {}
