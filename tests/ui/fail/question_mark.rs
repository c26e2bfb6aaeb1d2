use autodiff_runtime::grad;

fn checked(x: f64) -> Option<f64> {
    (x > 0.0).then_some(x)
}

#[grad]
fn root(x: f64) -> Option<f64> {
    Some(checked(x)?.sqrt())
}

fn main() {}
