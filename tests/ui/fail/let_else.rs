use autodiff_runtime::grad;

#[grad]
fn scaled(x: f64, text: &str) -> f64 {
    let Ok(n) = text.parse::<u8>() else {
        return x;
    };
    x * n as f64
}

fn main() {}
