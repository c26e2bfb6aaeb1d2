use autodiff_runtime::grad;

#[grad]
fn by_path(x: f64) -> f64 {
    geometry::area(x)
}

#[grad]
fn cast(x: f64) -> f64 {
    x as Real
}

#[grad]
fn literal(x: f64, y: f64) -> f64 {
    let p = Point { x, y };
    p.x * p.y
}

#[grad]
fn added(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum::<Real>()
}

fn main() {
    by_path_grad(1.0);
    cast_grad(1.0);
    literal_grad(1.0, 2.0);
    added_grad(&[1.0]);
}
