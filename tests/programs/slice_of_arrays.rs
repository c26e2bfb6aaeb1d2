// `&[[T; 3]]`: points in space; the gradient is a vector of arrays.

#[grad(jvp)]
pub fn bond_energy(atoms: &[[f64; 3]], rest: f64) -> f64 {
    let mut energy = 0.0;
    for i in 1..atoms.len() {
        let mut square: f64 = 0.0;
        for k in 0..3 {
            let d = atoms[i][k] - atoms[i - 1][k];
            square += d * d;
        }
        let stretch = square.sqrt() - rest;
        energy += 0.5 * stretch * stretch;
    }
    energy
}

#[grad(jvp)]
pub fn centroid_distance(points: &[[f64; 2]]) -> f64 {
    let mut centre = [0.0; 2];
    for i in 0..points.len() {
        let point = points[i];
        centre[0] += point[0] / points.len() as f64;
        centre[1] += point[1] / points.len() as f64;
    }
    let first = &points[0];
    (first[0] - centre[0]).hypot(first[1] - centre[1])
}

pub fn cases(c: &mut Checker) {
    let atoms = vec![[0.5, -1.25, 0.75], [1.5, 0.25, -0.5], [2.0, 1.0, -0.75]];
    check!(c, bond_energy(&atoms, 1.125) -> f64);
    check!(c, centroid_distance(&vec![[0.5, -0.25], [0.75, 1.25], [1.5, -2.0]]) -> f64);
}
