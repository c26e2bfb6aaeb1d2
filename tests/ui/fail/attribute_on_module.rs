use autodiff_runtime::grad;

#[grad]
mod curves {
    pub fn parabola(x: f64) -> f64 {
        x * x
    }
}

fn main() {}
