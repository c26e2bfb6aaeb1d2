use autodiff_runtime::grad;

#[grad]
fn fourth(x: f64) -> f64 {
    squared!(x) * x
}

fn main() {}
