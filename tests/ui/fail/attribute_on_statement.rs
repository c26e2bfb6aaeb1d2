use autodiff_runtime::grad;

fn main() {
    #[grad]
    let x = 2.0;
    let _ = x;
}
