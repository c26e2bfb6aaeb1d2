use autodiff_runtime::grad;

#[grad]
fn endless(x: f64) -> f64 {
    loop {
        break 'outer;
    }
    x
}

fn main() {}
