use autodiff_runtime::grad;

fn area(r: f64) -> f64 {
    r * r
}

#[grad]
fn covered(r: f64, table: *const f64) -> f64 {
    let a = area(r);
    let b = unsafe { *table };
    a * b + (r as usize) as f64
}

fn main() {
    covered_grad(1.0, std::ptr::null());
}
