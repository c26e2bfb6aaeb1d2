use autodiff_runtime::grad;

#[grad]
fn scaled(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let positive: Vec<_> = a.iter_mut().filter(|v| **v > 0.0).collect();
    for v in positive {
        *v *= 3.0;
    }
    a.iter().sum()
}

#[grad]
fn last_small(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let mut last = None;
    for v in a.iter_mut() {
        if *v < 1.0 {
            last = Some(v);
        }
    }
    if let Some(v) = last {
        *v *= 5.0;
    }
    a.iter().product()
}

fn main() {}
