use autodiff_runtime::grad;

struct Parabola;

#[grad]
impl Parabola {
    fn at(x: f64) -> f64 {
        x * x
    }
}

fn main() {}
