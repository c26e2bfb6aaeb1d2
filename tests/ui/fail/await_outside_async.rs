use autodiff_runtime::grad;

#[grad]
fn later(x: f64) -> f64 {
    let future = std::future::ready(x);
    future.await
}

fn main() {}
