use autodiff_runtime::grad;

#[grad]
fn doubled(x: f64, y: f64) -> f64 {
    let mut p = [x, y];
    let [ref mut first, _] = p;
    *first *= 2.0;
    p[0] + p[1]
}

fn main() {}
