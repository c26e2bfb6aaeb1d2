use autodiff_runtime::grad;

#[grad]
extern "C" fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
