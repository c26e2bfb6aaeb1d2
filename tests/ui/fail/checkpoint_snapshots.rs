use autodiff_runtime::grad;

#[grad]
fn unknown(x: f64) -> f64 {
    let mut y = [x; 8];
    let mut i = 0;
    #[checkpoint(snapshots = 10)]
    while y[0] < 100.0 {
        y[i % 8] *= y[(i + 1) % 8] + 1.0;
        i += 1;
    }
    y[0]
}

#[grad]
fn left(x: f64, n: usize) -> f64 {
    let mut y = [x; 8];
    #[checkpoint(snapshots = 10)]
    for i in 0..n {
        y[i % 8] *= y[(i + 1) % 8] + 1.0;
        if y[0] > 100.0 {
            break;
        }
    }
    y[0]
}

#[grad(hessian)]
fn twice(x: f64, n: usize) -> f64 {
    let mut y = [x; 8];
    #[checkpoint(snapshots = 10)]
    for i in 0..n {
        y[i % 8] *= y[(i + 1) % 8].sin();
    }
    y[0]
}

#[grad]
fn none(x: f64, n: usize) -> f64 {
    let mut y = x;
    #[checkpoint(snapshots = 0)]
    for _ in 0..n {
        y = (y * y).sin();
    }
    y
}

#[grad]
fn both(x: f64, n: usize) -> f64 {
    let mut y = x;
    #[checkpoint(snapshots = 3, levels = 2)]
    for _ in 0..n {
        y = (y * y).sin();
    }
    y
}

fn main() {}
