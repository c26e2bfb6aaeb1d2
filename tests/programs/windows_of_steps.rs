// Time steps over neighbours: states side by side, windows, and loops taken apart.

#[grad(jvp)]
pub fn burgers(start: &[f64], viscosity: f64, steps: usize) -> f64 {
    let n = start.len();
    let mut u = start.to_vec();
    let mut v = start.to_vec();
    for _ in 0..steps {
        for i in 1..n - 1 {
            let slope = u[i + 1] - u[i - 1];
            let bend = u[i + 1] - 2.0 * u[i] + u[i - 1];
            v[i] = u[i] - 0.1 * u[i] * slope + viscosity * bend;
        }
        u.copy_from_slice(&v);
    }
    let mut energy = 0.0;
    for i in 0..n {
        energy += u[i] * u[i];
    }
    energy
}

/// The sums into parameters stand beside additions to elements; every second element is left as it is.
#[grad(jvp)]
pub fn affine(x: &[f64], scale: f64, shift: f64, y: &mut [f64]) {
    for i in 0..x.len() {
        y[i] = scale * x[i] * y[i] + shift;
    }
}

/// A window that moves by what is not known before, and rows of a matrix by a counter.
#[grad(jvp)]
pub fn packed(lower: &[f64], x: &[f64], shift: usize) -> f64 {
    let mut at = 0;
    let mut sum = 0.0;
    for i in 0..x.len() - shift {
        let mut y = x[i + shift];
        for j in 0..i {
            y += lower[at] * x[j];
            at += 1;
        }
        sum += y * y * x[i];
    }
    sum
}

/// What is read twice, overwritten in between, and read again.
#[grad(jvp)]
pub fn read_again(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    let mut sum = 0.0;
    for i in 1..y.len() {
        let before = y[i] * y[i];
        y[i] = before * y[i - 1];
        sum += y[i] * y[i] * before;
    }
    sum + y[1] * y[1]
}

#[grad(jvp)]
pub fn windows_as_arrays(x: &[f64]) -> f64 {
    let steps: f64 = x.array_windows::<2>().map(|[a, b]| (b - a).powi(2)).sum();
    let mut bends = 0.0;
    for &[a, b, c] in x.array_windows::<3>() {
        bends += (a - 2.0 * b + c).powi(2);
    }
    steps * bends
}

#[grad(jvp)]
pub fn found_from_the_end(x: &[f64]) -> f64 {
    let i = x.iter().rposition(|&v| v > 0.5).unwrap_or(0);
    let j = x.iter().rposition(|&v| v > 50.0).map_or(0.5, |k| x[k]);
    if x.is_sorted() { x[i] * x[i] } else { x[i] * x[0] + j * x[1] }
}

pub fn cases(c: &mut Checker) {
    check!(c, windows_as_arrays(&vec![0.25, 0.75, -0.25, 1.125, 0.5]) -> f64);
    for x in [vec![0.25, 0.75, -0.25, 1.125, 0.375], vec![0.125, 0.25, 0.75]] {
        check!(c, found_from_the_end(&x) -> f64);
    }
    check!(c, burgers(&vec![0.5, -0.25, 0.75, 1.0, -0.5, 0.25], 0.125, const 0) -> f64);
    check!(c, burgers(&vec![0.5, -0.25, 0.75, 1.0, -0.5, 0.25], 0.125, const 3) -> f64);
    check!(c, burgers(&vec![0.5, -0.25], 0.125, const 2) -> f64);
    check!(c, affine(&vec![0.5, 1.25, -0.75], 0.875, 0.25, &mut vec![1.0, 0.5, -0.25]) -> ());
    check!(c, packed(&vec![0.5, -0.25, 0.75, 1.0, -0.5, 0.25], &vec![1.0, 0.5, -0.75, 0.25], const 0) -> f64);
    check!(c, packed(&vec![0.5, -0.25, 0.75], &vec![1.0, 0.5, -0.75, 0.25], const 1) -> f64);
    check!(c, read_again(&vec![0.5, 1.25, -0.75, 1.5]) -> f64);
}
