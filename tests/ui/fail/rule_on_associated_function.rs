use autodiff_runtime::derivative;

struct Tools;

impl Tools {
    #[derivative(x = 2.0 * x)]
    fn square(x: f64) -> f64 {
        x * x
    }
}

fn main() {
    Tools::square(1.0);
}
