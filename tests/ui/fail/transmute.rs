use autodiff_runtime::grad;

#[grad]
fn as_bits(x: f64) -> f64 {
    let bits: u64 = unsafe { std::mem::transmute(x) };
    bits as f64
}

fn main() {}
