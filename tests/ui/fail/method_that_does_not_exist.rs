use autodiff_runtime::grad;

#[grad]
fn root(x: f64) -> f64 {
    x.squareroot() + x
}

fn main() {}
