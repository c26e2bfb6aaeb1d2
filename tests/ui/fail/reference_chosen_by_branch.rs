use autodiff_runtime::grad;

#[grad]
fn scaled(x: f64, y: f64) -> f64 {
    let (mut a, mut b) = (x, y);
    let larger = if x > y { &mut a } else { &mut b };
    let mut double = || *larger *= 2.0;
    double();
    a * b
}

fn main() {}
