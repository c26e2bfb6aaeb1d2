// Slices and arrays of tuples: the gradient is a vector, or an array, of tuples.

#[grad(jvp)]
pub fn weighted_residual(points: &[(f64, f64)], line: [(f64, f64); 2], at: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..points.len() {
        let (x, y) = points[i];
        let (slope, offset) = line[i % 2];
        let residual = y - slope * (x - at) - offset;
        sum += residual * residual * points[i].0;
    }
    sum * line[1].1
}

pub fn cases(c: &mut Checker) {
    let points = vec![(0.5, -1.25), (0.75, 2.0), (1.5, 0.25)];
    check!(c, weighted_residual(&points, [(0.5, 1.5), (0.25, 0.75)], 0.375) -> f64);
}
