use autodiff_runtime::grad;

fn main() {
    let square = #[grad]
    |x: f64| x * x;
    square(2.0);
}
