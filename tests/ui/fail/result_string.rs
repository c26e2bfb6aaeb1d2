use autodiff_runtime::grad;

#[grad]
fn shown(x: f64) -> String {
    format!("{x}")
}

fn main() {}
