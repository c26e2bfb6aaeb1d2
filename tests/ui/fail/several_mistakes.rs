use autodiff_runtime::grad;

fn area(radius: f64) -> f64 {
    3.0 * radius * radius
}

#[grad(fast)]
fn wrong(x: f64, table: &[f64]) -> f64 {
    let a = area(x);
    let b = table[x as usize];
    let c = unsafe { *table.get_unchecked(0) };
    let bits = x.to_bits() as f64;
    a + b + c + bits
}

fn main() {}
