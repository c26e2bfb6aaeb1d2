// Elements that one iteration writes and another reads: what is overwritten is kept where an earlier one has read it, and only there.

/// Each reads what the one before it wrote: nothing that is read is overwritten.
#[grad(jvp)]
pub fn filled(x: &[f64]) -> f64 {
    let n = x.len();
    let mut y = vec![0.0; n];
    y[0] = x[0];
    for i in 1..n {
        y[i] = (y[i - 1] * x[i]).sin() + y[i - 1] * y[i - 1];
    }
    let mut sum = 0.0;
    for i in 0..n {
        sum += y[i] * y[i];
    }
    sum
}

/// Each reads what the next one overwrites.
#[grad(jvp)]
pub fn read_ahead(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    for i in 0..x.len() - 1 {
        y[i] = y[i + 1] * y[i + 1] * x[i];
        y[i] *= y[i + 1];
    }
    for i in (0..x.len() - 1).rev() {
        y[i] = y[i].sin() * y[i + 1];
    }
    let mut product = 1.0;
    for i in 0..x.len() {
        product += y[i] * y[i] * x[i];
    }
    product
}

/// The same backwards.
#[grad(jvp)]
pub fn read_behind(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    for i in (1..x.len()).rev() {
        y[i] = y[i - 1] * y[i - 1] * x[i];
        y[i - 1] = y[i - 1].cos() * y[i];
    }
    y[0] * y[x.len() - 1] + y[1] * y[1]
}

/// Two that came before, written in two loops, of which the second overwrites what the first has read.
#[grad(jvp)]
pub fn twice_over(x: &[f64], rounds: usize) -> f64 {
    let n = x.len();
    let mut y = vec![0.5; n];
    for round in 0..rounds {
        for i in 2..n {
            y[i] = y[i - 1] * y[i - 2] + x[i] * y[i];
        }
        for i in 0..n - 2 {
            y[i] = y[i + 2] * x[i] + 0.25 * y[i + 1] * y[i + 1] + round as f64;
        }
    }
    let mut sum = 0.0;
    for i in 0..n {
        sum += y[i] * y[i] * y[i];
    }
    sum
}

/// Elements change their places between the reading and the writing.
#[grad(jvp)]
pub fn swapped(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    let mut sum = 0.0;
    for i in 0..x.len() - 1 {
        sum += y[i] * y[i];
        y.swap(i, i + 1);
        sum += y[i + 1] * y[i + 1] * y[i];
        y[i] = 0.5 * sum;
    }
    for i in 1..x.len() {
        sum += y[i - 1] * y[i - 1];
        y.rotate_left(1);
        y[i] = y[i] * sum;
    }
    sum + y[0] * y[1]
}

/// The first one is read, and overwritten where it has gone to.
#[grad(jvp)]
pub fn first_swapped(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    let mut sum = 0.0;
    for i in 1..x.len() {
        sum += y[0] * y[0] * x[i];
        y.swap(0, i);
        y[i] = sum;
    }
    sum + y[1]
}

/// A table of two indices.
#[grad(jvp)]
pub fn table(x: &[f64; 4], y: &[f64; 4]) -> f64 {
    let mut t = [[0.0; 5]; 5];
    for i in 0..4 {
        t[i + 1][0] = x[i];
        t[0][i + 1] = y[i];
    }
    for i in 1..5 {
        for j in 1..5 {
            t[i][j] = t[i - 1][j] * t[i][j - 1] + 0.5 * t[i - 1][j - 1] * x[i - 1] * t[i][j - 1].sin();
        }
    }
    t[4][4] * t[4][3]
}

/// Scratch that lives for one iteration of the outer loop, and is written again in the inner one.
#[grad(jvp)]
pub fn scratch(x: &[f64]) -> f64 {
    let n = x.len();
    let mut sum = 0.0;
    for r in 0..3 {
        let mut y = x.to_vec();
        for i in 1..n {
            y[i] = y[i] * y[i - 1] * y[i - 1];
            y[0] = y[i] * y[0];
        }
        for i in (1..n).step_by(2) {
            y[i - 1] = y[i] * y[i] + r as f64 * y[i - 1];
        }
        sum += y[0] * y[n - 1] * y[1];
    }
    sum
}

pub fn cases(c: &mut Checker) {
    let x = vec![0.75, 1.25, -0.5, 0.875, 1.125];
    check!(c, filled(&x.clone()) -> f64);
    check!(c, read_ahead(&x.clone()) -> f64);
    check!(c, read_behind(&x.clone()) -> f64);
    check!(c, twice_over(&x.clone(), const 1) -> f64);
    check!(c, twice_over(&x.clone(), const 3) -> f64);
    check!(c, swapped(&x.clone()) -> f64);
    check!(c, first_swapped(&x.clone()) -> f64);
    check!(c, table(&[0.5, 1.25, -0.75, 1.5], &[1.5, 0.25, 0.875, -1.25]) -> f64);
    check!(c, scratch(&x.clone()) -> f64);
}
