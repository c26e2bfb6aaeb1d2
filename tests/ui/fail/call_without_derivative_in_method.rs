use autodiff_runtime::grad;

fn half(x: f64) -> f64 {
    0.5 * x
}

struct Square {
    scale: f64,
}

impl Square {
    #[grad(wrt(x))]
    fn area(&self, x: f64) -> f64 {
        self.scale * half(x) * x
    }
}

fn main() {}
