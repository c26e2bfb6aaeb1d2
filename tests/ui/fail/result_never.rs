use autodiff_runtime::grad;

#[grad]
fn refuse(x: f64) -> ! {
    panic!("{x}")
}

fn main() {}
