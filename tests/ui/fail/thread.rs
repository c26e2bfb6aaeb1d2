use autodiff_runtime::grad;

#[grad]
fn elsewhere(x: f64) -> f64 {
    std::thread::spawn(move || x * x).join().unwrap()
}

fn main() {}
