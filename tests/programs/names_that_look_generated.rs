// Every name that generated code might like to have is the user's too.

#[grad(jvp)]
pub fn tape(seed: f64, grad: f64, adjoint: f64, tangent: f64) -> f64 {
    let d_seed = seed * grad;
    let dx = d_seed.sin();
    let value = dx + adjoint;
    let residuals = value * tangent;
    let _0 = residuals;
    let v0 = _0 * d_seed;
    let result = v0 + value;
    let out = result * dx;
    let exited = out > 0.0;
    let zero = 0.0;
    let one = 1.0;
    if exited { out * one + zero } else { -out }
}

#[grad(jvp)]
pub fn f(x: f64, d_x: f64, x_tangent: f64, x_adjoint: f64) -> f64 {
    let mut acc = x;
    let mut saved = [0.0; 2];
    let mut stack = 0;
    for i in 0..2 {
        saved[i] = acc;
        acc = acc * d_x + x_tangent * x_adjoint;
        stack += 1;
    }
    let trip_count = stack as f64;
    let primal = saved[1] * trip_count;
    let d_acc = acc * primal;
    d_acc + direction(primal, acc)
}

#[grad(jvp)]
pub fn direction(seed: f64, direction: f64) -> f64 {
    seed * direction * direction
}

#[grad(jvp)]
pub fn buffers(x: &[f64], d_x: &mut [f64], g: f64, d_g: &mut f64) -> f64 {
    for i in 0..x.len() {
        d_x[i] = d_x[i] * x[i] + g;
    }
    *d_g += d_x[0] * g;
    *d_g
}

pub fn cases(c: &mut Checker) {
    check!(c, tape(0.5, -1.25, 0.75, 1.5) -> f64);
    check!(c, f(0.5, -1.25, 0.75, 1.5) -> f64);
    check!(c, direction(0.5, -1.25) -> f64);
    check!(c, buffers(&vec![0.5, -1.25], &mut vec![0.75, 2.0], 1.5, &mut 0.25) -> f64);
}
