// A loop over an array by value goes over a copy of it, whatever is written meanwhile.

#[grad(jvp)]
pub fn by_for(x: [f64; 3], k: f64) -> f64 {
    let mut p = x;
    let mut s = 0.0;
    for v in p {
        s += v * v;
        p[2] = 0.5 * p[1] * v + k;
    }
    for (i, v) in p.into_iter().enumerate() {
        p[2] *= v;
        s += v * p[(i + 1) % 3];
    }
    s + p[2]
}

#[grad(jvp)]
pub fn by_rows(x: [[f64; 2]; 2], k: f64) -> f64 {
    let mut p = x;
    let mut s = k;
    for v in p {
        p[1][0] = v[0] * v[1] * s;
        s += v[0] * v[1];
    }
    s + p[1][0]
}

#[grad(jvp)]
pub fn by_map(x: [f64; 3], k: f64) -> f64 {
    let mut p = x;
    let q = p.map(|v| {
        p[2] += v * k;
        v * p[2]
    });
    q[2] + p[2]
}

pub fn cases(c: &mut Checker) {
    check!(c, by_for([0.5, -0.75, 1.25], 1.5) -> f64);
    check!(c, by_rows([[0.5, -0.75], [1.25, 2.0]], 1.5) -> f64);
    check!(c, by_map([0.5, -0.75, 1.25], 1.5) -> f64);
}
