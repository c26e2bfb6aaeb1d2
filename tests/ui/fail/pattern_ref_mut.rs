use autodiff_runtime::grad;

#[grad]
fn doubled(x: f64, y: f64) -> f64 {
    let mut p = [x, y];
    let [ref mut first, _] = p;
    *first *= 2.0;
    p[0] + p[1]
}

#[grad]
fn in_a_match(x: f64, y: f64) -> f64 {
    let mut pair = Some((x, y));
    match pair {
        Some((ref mut first, second)) => *first *= second,
        None => {}
    }
    pair.map_or(0.0, |(a, b)| a * b)
}

fn main() {}
