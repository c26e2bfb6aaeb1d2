// Energy and symplectic steps of bodies that attract each other.

#[grad(jvp)]
pub fn accelerations(position: &[[f64; 2]], mass: &[f64], out: &mut [[f64; 2]]) {
    let n = mass.len();
    for i in 0..n {
        out[i] = [0.0; 2];
    }
    for i in 0..n {
        for j in 0..i {
            let dx = position[j][0] - position[i][0];
            let dy = position[j][1] - position[i][1];
            let square: f64 = dx * dx + dy * dy + 0.0625;
            let inverse_cube = 1.0 / (square * square.sqrt());
            out[i][0] += mass[j] * dx * inverse_cube;
            out[i][1] += mass[j] * dy * inverse_cube;
            out[j][0] -= mass[i] * dx * inverse_cube;
            out[j][1] -= mass[i] * dy * inverse_cube;
        }
    }
}

#[grad(jvp)]
pub fn simulate(start: &[[f64; 2]], velocity: &[[f64; 2]], mass: &[f64], steps: usize) -> f64 {
    let h = 0.125;
    let mut x = start.to_vec();
    let mut v = velocity.to_vec();
    let mut a = vec![[0.0; 2]; mass.len()];
    for _ in 0..steps {
        accelerations(&x, mass, &mut a);
        for i in 0..mass.len() {
            for k in 0..2 {
                v[i][k] += h * a[i][k];
                x[i][k] += h * v[i][k];
            }
        }
    }
    let mut kinetic = 0.0;
    for i in 0..mass.len() {
        kinetic += 0.5 * mass[i] * (v[i][0] * v[i][0] + v[i][1] * v[i][1]);
    }
    kinetic + x[0][0] * x[1][1]
}

pub fn cases(c: &mut Checker) {
    let x = vec![[0.5, -1.25], [1.5, 0.75], [-0.75, 0.25]];
    let v = vec![[0.25, 0.5], [-0.5, 0.125], [0.375, -0.25]];
    let mass = vec![1.0, 0.5, 0.75];
    check!(c, accelerations(&x, &mass, &mut v.clone()) -> ());
    check!(c, simulate(&x, &v, &mass, const 3) -> f64);
}
