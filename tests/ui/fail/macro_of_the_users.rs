use autodiff_runtime::grad;

macro_rules! square {
    ($x:expr) => {
        $x * $x
    };
}

#[grad]
fn fourth(x: f64) -> f64 {
    square!(x * x)
}

fn main() {}
