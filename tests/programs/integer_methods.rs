// Methods of integers, and `matches!` on them, beside the floats.

#[grad(jvp)]
pub fn window_mean(x: &[f64], radius: usize) -> f64 {
    let n = x.len();
    let mut energy = 0.0;
    for i in 0..n {
        let low = i.saturating_sub(radius);
        let high = (i + radius + 1).min(n);
        let mut sum = 0.0;
        for j in low..high {
            sum += x[j] / 2usize.pow(i.abs_diff(j) as u32) as f64;
        }
        let sign = if matches!(i % 4, 1 | 3) { -1.0 } else { 1.0 };
        energy += sign * sum * sum / (high - low) as f64;
    }
    energy
}

#[grad(jvp)]
pub fn wrapped(x: &[f64; 4], shift: i32) -> f64 {
    let mut y = 0.0;
    for i in 0..4i32 {
        let from = (i - shift).rem_euclid(4) as usize;
        let power = (i - 2).signum().max(0) + i.clamp(1, 2);
        y += x[from].powi(power) * (i.trailing_zeros().min(5) + 1) as f64;
    }
    y
}

/// What tells the type of the indices comes after the method in the reverse sweep.
#[grad(jvp)]
pub fn typed_afterwards(x: &[f64]) -> f64 {
    let mut y = x[0];
    for i in 0..2 {
        for j in i..3 {
            if y > 1.5 {
                y -= x[j % x.len()];
            }
            match j.saturating_sub(2) {
                0 => y *= y.cos(),
                _ => y += x[1],
            }
        }
    }
    y
}

pub fn cases(c: &mut Checker) {
    check!(c, typed_afterwards(&vec![0.5, 1.75, 1.25]) -> f64);
    check!(c, window_mean(&vec![0.5, -1.25, 2.0, 0.75, 1.5], const 1) -> f64);
    check!(c, window_mean(&vec![0.5, -1.25, 2.0], const 4) -> f64);
    check!(c, wrapped(&[0.5, -1.25, 2.0, 0.75], const 5) -> f64);
}
