use autodiff_runtime::grad;
use std::sync::Mutex;

static TOTAL: Mutex<f64> = Mutex::new(0.0);

#[grad]
fn counted(x: f64) -> f64 {
    *TOTAL.lock().unwrap() += x;
    *TOTAL.lock().unwrap()
}

fn main() {}
