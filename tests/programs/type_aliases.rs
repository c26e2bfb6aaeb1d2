// Aliases in the signature, for scalars, arrays and vectors.

pub type Real = f64;
pub type Point = [f64; 2];
pub type Vector = Vec<f64>;

#[grad(jvp)]
pub fn distance(a: Point, b: &Point) -> Real {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

#[grad(jvp)]
pub fn scaled(x: &[Real], scale: Real) -> Vector {
    let mut y: Vector = x.to_vec();
    for i in 0..y.len() {
        y[i] *= scale * x[0];
    }
    y
}

pub fn cases(c: &mut Checker) {
    check!(c, distance([0.5, -1.25], &[0.75, 0.25]) -> f64);
    check!(c, scaled(&vec![0.5, -1.25], 0.75) -> Vec<f64>);
}
