use autodiff_runtime::grad;

unsafe extern "C" {
    #[grad]
    fn cosine(x: f64) -> f64;
}

fn main() {}
