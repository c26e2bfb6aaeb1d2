use autodiff_runtime::grad;

#[grad]
fn squares(x: &[f64]) -> impl Iterator<Item = f64> + '_ {
    x.iter().map(|x| x * x)
}

fn main() {}
