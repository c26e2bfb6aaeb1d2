use autodiff_runtime::grad;

#[grad]
fn scaled(x: f64) -> f64 {
    let mut y = x;
    #[cfg(any())]
    {
        y *= 3.0;
    }
    y *= 2.0;
    y
}

fn main() {}
