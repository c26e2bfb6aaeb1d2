// Copies: `clone`, `to_vec`, `to_owned`, `Vec::from`; original and copy go different ways.

#[grad(jvp)]
pub fn both_ways(x: &[f64]) -> f64 {
    let mut up = x.to_vec();
    let mut down = up.clone();
    for i in 1..x.len() {
        up[i] += up[i - 1] * x[i];
    }
    for i in (1..x.len()).rev() {
        down[i - 1] *= down[i];
    }
    let last = up[x.len() - 1];
    last * down[0]
}

#[grad(jvp)]
pub fn copies_in_a_loop(x: &[f64; 3], steps: usize) -> f64 {
    let mut state = x.clone();
    for _ in 0..steps {
        let before = state.clone();
        for i in 0..3 {
            state[i] = before[(i + 1) % 3] * before[i] + 0.5;
        }
    }
    state[0] + state[1] * state[2]
}

#[grad(jvp)]
pub fn of_a_part(x: &[f64]) -> f64 {
    let mut middle = x[1..3].to_vec();
    middle[0] *= middle[1];
    let first = x[0].clone();
    let mut owned = x.to_owned();
    owned[0] = first * middle[0];
    let from = Vec::from(&x[2..]);
    owned[0] * owned[1] + from[0]
}

// Only the lengths of what is replaced are read.
#[grad(jvp)]
pub fn only_lengths(x: f64, n: usize) -> f64 {
    let first = vec![0.5; n];
    let mut second = first.clone();
    let before = second.len();
    second = first;
    x * x * before as f64 + second.len() as f64
}

pub fn cases(c: &mut Checker) {
    check!(c, both_ways(&vec![0.5, -1.25, 2.0, 0.75]) -> f64);
    check!(c, copies_in_a_loop(&[0.5, -1.25, 0.75], const 3) -> f64);
    check!(c, of_a_part(&vec![0.5, -1.25, 2.0, 0.75]) -> f64);
    check!(c, only_lengths(0.75, const 3) -> f64);
}
