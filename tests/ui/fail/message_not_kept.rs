//! What an error is called, where its message has been put together and is not kept.

use autodiff_runtime::grad;

#[grad]
fn root(x: f64) -> f64 {
    let checked = |t: f64| -> Result<f64, String> {
        if t < 0.0 { Err(format!("negative: {t}")) } else { Ok(t.sqrt()) }
    };
    match checked(x) {
        Ok(y) => y,
        Err(why) => panic!("no root: {why}"),
    }
}

fn main() {
    root_grad(root(4.0));
}
