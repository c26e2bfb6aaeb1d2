use autodiff_runtime::grad;

#[grad]
fn root(x: f64) -> f64 {
    let root = if x > 0.0 { Some(x.sqrt()) } else { None };
    root.unwrap_or(x)
}

fn main() {}
