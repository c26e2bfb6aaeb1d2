use autodiff_runtime::grad;

macro_rules! vec {
    ($x:expr; $n:expr) => {
        ::std::vec![2.0 * $x; $n]
    };
}

#[grad]
fn filled(x: f64) -> f64 {
    let all = vec![x; 3];
    all[1]
}

fn main() {}
