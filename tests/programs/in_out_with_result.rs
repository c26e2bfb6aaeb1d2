// A result and in-out buffers at once, between parameters of every other kind.

#[grad(jvp)]
pub fn push_and_measure(
    x: &[f64],
    buffer: &mut [f64],
    at: usize,
    gain: f64,
    trace: &mut [[f64; 2]; 2],
) -> f64 {
    let old = buffer[at];
    for i in 0..x.len() {
        buffer[i] = gain * buffer[i] + x[i] * old;
    }
    trace[1] = trace[0];
    trace[0][0] = buffer[at];
    trace[0][1] *= old;
    buffer[0] * trace[1][0] + trace[0][1]
}

#[grad(jvp)]
pub fn norm_and_normalise(x: &mut [f64]) -> f64 {
    let mut square: f64 = 0.0;
    for i in 0..x.len() {
        square += x[i] * x[i];
    }
    let norm = square.sqrt();
    for i in 0..x.len() {
        x[i] /= norm;
    }
    norm
}

#[grad(jvp)]
pub fn two_results(x: f64, out: &mut f64) -> (f64, f64) {
    *out = *out * x + x;
    (x.sin() * *out, x * x)
}

pub fn cases(c: &mut Checker) {
    check!(c, push_and_measure(
        &vec![0.5, -1.25, 2.0],
        &mut vec![0.75, 1.5, -0.25],
        const 1,
        0.625,
        &mut [[0.5, 0.25], [1.25, -0.5]]
    ) -> f64);
    check!(c, norm_and_normalise(&mut vec![0.5, -1.25, 2.0]) -> f64);
    check!(c, two_results(0.75, &mut 0.5) -> (f64, f64));
}
