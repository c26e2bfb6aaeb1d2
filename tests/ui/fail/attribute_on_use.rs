use autodiff_runtime::grad;

#[grad]
use std::f64::consts::PI;

fn main() {}
