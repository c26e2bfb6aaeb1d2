use autodiff_runtime::grad;
use std::cell::Cell;

#[grad]
fn through_a_cell(x: f64) -> f64 {
    let cell = Cell::new(x);
    cell.set(cell.get() * x);
    cell.get()
}

fn main() {}
