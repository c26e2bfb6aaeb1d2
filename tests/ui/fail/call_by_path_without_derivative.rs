use autodiff_runtime::grad;

mod solids {
    pub fn area(radius: f64) -> f64 {
        3.0 * radius * radius
    }
}

#[grad]
fn volume(radius: f64, height: f64) -> f64 {
    solids::area(radius * 2.0) * height
}

fn main() {}
