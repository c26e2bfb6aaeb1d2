// Integers that loops carry, that branches change, and that wrap around.

#[grad(jvp)]
pub fn ring_buffer(x: &[f64], delay: usize) -> f64 {
    let mut buffer = [0.0; 4];
    let mut head = 0;
    let mut echo = 0.0;
    for i in 0..x.len() {
        let old = buffer[(head + 4 - delay) % 4];
        buffer[head] = x[i] + 0.5 * old * old;
        echo += buffer[head] * old;
        head = (head + 1) % 4;
    }
    echo
}

#[grad(jvp)]
pub fn pseudo_random_walk(x: f64, seed: u32, steps: usize) -> f64 {
    let mut state = seed;
    let mut y = x;
    let mut ups: i64 = 0;
    for _ in 0..steps {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        if (state >> 16) & 1 == 0 {
            y += 0.5 * y.sin();
            ups += 1;
        } else {
            y *= 0.75 + 0.0625 * ups as f64;
            ups -= 2;
        }
    }
    y * (1 + ups.abs()) as f64
}

pub fn cases(c: &mut Checker) {
    let x = vec![0.5, -1.25, 0.75, 1.5, 0.25, -0.5, 1.0];
    for delay in 1..4 {
        check!(c, ring_buffer(&x, const delay) -> f64);
    }
    check!(c, pseudo_random_walk(0.75, const 1234, const 9) -> f64);
}
