use autodiff_runtime::grad;

trait Curve {
    fn at(x: f64) -> f64;
}

struct Parabola;

impl Curve for Parabola {
    #[grad]
    fn at(x: f64) -> f64 {
        x * x
    }
}

fn main() {}
