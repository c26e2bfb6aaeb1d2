// Conditions that change something, of which not all is always evaluated.

#[grad(jvp)]
pub fn in_while(x: &[f64]) -> f64 {
    let mut i = 0;
    let mut y = 1.0;
    while {
        y *= x[i];
        i += 1;
        i < x.len()
    } {
        y += 0.5;
    }
    y
}

#[grad(jvp)]
pub fn behind_and_and_or(x: f64, y: f64) -> f64 {
    let mut z = x;
    let mut tries = 0;
    for k in 0..5 {
        if z > 1.0 && {
            tries += 1;
            z *= 0.75;
            z > y
        } || {
            z += x * y;
            tries + k > 3
        } {
            z = z * z - 0.5;
        }
    }
    z * tries as f64
}

#[grad(jvp)]
pub fn in_match(x: f64, n: usize) -> f64 {
    let mut k = n;
    let mut y = x;
    for _ in 0..4 {
        match {
            k = k * 7 % 5;
            y += 0.125;
            k
        } {
            0 => y *= x,
            odd if {
                k += 1;
                odd % 2 == 1
            } =>
            {
                y = y * y + k as f64 * x;
            }
            _ => y = y.sin(),
        }
    }
    y
}

pub fn cases(c: &mut Checker) {
    check!(c, in_while(&vec![0.5, -1.25, 0.75, 2.0]) -> f64);
    check!(c, in_while(&vec![0.5]) -> f64);
    check!(c, behind_and_and_or(0.75, 0.5) -> f64);
    check!(c, behind_and_and_or(1.75, 0.9375) -> f64);
    for n in 0..4 {
        check!(c, in_match(0.75, const n) -> f64);
    }
}
