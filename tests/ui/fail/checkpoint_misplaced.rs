use autodiff_runtime::grad;

#[grad]
fn f(x: f64) -> f64 {
    #[checkpoint]
    let y = x * x;
    y
}

#[grad]
fn g(x: f64) -> f64 {
    let mut y = x;
    #[checkpoint(each = 3)]
    for _ in 0..9 {
        y *= x;
    }
    y
}

#[grad]
fn h(x: f64) -> f64 {
    let mut all = vec![x];
    #[checkpoint]
    for i in 0..9 {
        all[0] = (all[0] * all[i]).sin();
        all.push(all[i] * x);
    }
    all[9]
}

fn main() {}
