use autodiff_runtime::grad;

#[grad]
fn shifted(x: f64) -> f64 {
    let mut y = x;
    let p = &raw mut y;
    unsafe { *p += 1.0 };
    y
}

fn main() {}
