use autodiff_runtime::grad;

#[grad]
fn table(n: usize, exact: bool, name: &str) -> f64 {
    if exact { n as f64 } else { name.len() as f64 }
}

fn main() {}
