use autodiff_runtime::grad;

#[grad]
fn order(x: f64, y: f64) -> (bool, usize) {
    (x < y, 2)
}

fn main() {}
