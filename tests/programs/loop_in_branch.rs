// Loops in the arms of branches; each arm carries other things.

#[grad(jvp)]
pub fn power_or_root(x: f64, n: usize, root: bool) -> f64 {
    let mut y = x;
    if root {
        for _ in 0..n {
            y = (y + 0.25).sqrt();
        }
    } else {
        let mut z = 1.0;
        for k in 0..n {
            z *= y;
            y += z * k as f64;
        }
        y -= z;
    }
    y * x
}

#[grad(jvp)]
pub fn loop_in_match(x: &[f64], norm: u8) -> f64 {
    match norm {
        1 => {
            let mut sum = 0.0;
            for i in 0..x.len() {
                sum += x[i].abs();
            }
            sum
        }
        2 => {
            let mut sum: f64 = 0.0;
            for i in 0..x.len() {
                sum += x[i] * x[i];
            }
            sum.sqrt()
        }
        _ => {
            let mut largest: f64 = 0.0;
            for i in 0..x.len() {
                largest = largest.max(x[i].abs());
            }
            largest
        }
    }
}

pub fn cases(c: &mut Checker) {
    check!(c, power_or_root(1.25, const 3, const true) -> f64);
    check!(c, power_or_root(1.25, const 3, const false) -> f64);
    for norm in 1..=3u8 {
        check!(c, loop_in_match(&vec![0.5, -1.25, 0.75], const norm) -> f64);
    }
}
