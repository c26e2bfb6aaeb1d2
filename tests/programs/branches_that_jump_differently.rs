// Arms of one branch that continue, break, return and fall through, inside each other.

#[grad(jvp)]
pub fn state_machine(x: &[f64], limit: f64) -> f64 {
    let mut state = 0;
    let mut y = 1.0;
    let mut kept = 0.5;
    'outer: for i in 0..x.len() {
        let v = x[i] * y;
        let w = match state {
            0 if v > 0.0 => {
                state = 1;
                v + kept
            }
            0 => {
                kept *= v;
                continue;
            }
            1 => loop {
                y = 0.5 * y + v;
                if y > limit {
                    break 'outer;
                }
                if y < 0.0 {
                    state = 2;
                    continue 'outer;
                }
                if y * y < limit {
                    break y * v;
                }
            },
            _ => {
                if kept < 0.0 {
                    return y * kept;
                }
                state = 0;
                kept -= v * v;
                y.exp()
            }
        };
        y += w * kept;
        kept = w;
    }
    y + kept
}

pub fn cases(c: &mut Checker) {
    let x = vec![-0.5, 0.75, 0.375, 0.25, -2.5, 1.5, 0.25, -0.75, 0.5, 0.375];
    for limit in [1.0625, 3.0, 40.0] {
        check!(c, state_machine(&x, limit) -> f64);
    }
    check!(c, state_machine(&vec![0.75, -2.5, 0.5, 0.25, -1.5, 2.0, -3.0, 0.5], 30.0) -> f64);
}
