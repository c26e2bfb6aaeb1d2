use autodiff_runtime::grad;

static mut TOTAL: f64 = 0.0;

#[grad]
fn counted(x: f64) -> f64 {
    unsafe {
        TOTAL += x;
        TOTAL
    }
}

fn main() {}
