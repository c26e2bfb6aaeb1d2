// What random programs found, made small.

// Of a loop with a value, `continue` has none.
#[grad(jvp)]
pub fn continue_beside_break_value(x: f64, n: usize) -> f64 {
    let mut k = 0;
    let mut y = x;
    let a: f64 = loop {
        if k > n {
            break y.tanh();
        }
        k += 1;
        if y < 0.0 {
            y *= 0.75;
            continue;
        }
        y *= 0.5;
        if y < 0.1 {
            break y.sin();
        }
    };
    a.sin()
}

// Literals do not tell the type that a method is called on.
#[grad(jvp)]
pub fn methods_on_literals(x: f64, n: usize) -> f64 {
    let buffer: [f64; 3] = [0.5; 3];
    let table: [[f64; 2]; 2] = [[0.5, 0.25], [0.75, 0.5]];
    let list: Vec<f64> = vec![0.5, 0.25];
    let either: f64 = if n == 0 { 0.5 } else { 0.25 };
    let mut last: f64 = 0.5;
    for i in 0..n {
        last = if i == 2 { 0.75 } else { 0.25 };
    }
    let a = if n == 0 { x * buffer[n].atan() } else { x * f64::sin(-0.53 + 0.55) };
    let scaled = f64::mul_add(0.875 * -0.5, x, 0.25);
    a * scaled * table[n % 2][1].sin() * list[n % 2].max(0.375) * either.cos() * last.exp()
}

#[grad(jvp)]
pub fn pairs(p: (f64, f64), q: (f64, f64)) -> f64 {
    p.0 * p.1 + q.0.sin() * q.1
}

// Of a tuple that is passed, only a part depends on what is differentiated.
#[grad(jvp)]
pub fn partly_active_tuples(x: f64) -> f64 {
    pairs((x, 0.5), (0.25, x * x)) + pairs((0.5, 0.25), (x, 0.75)) * pairs((0.5, 0.5), (0.25, 0.25))
}

// A vector is moved out of an arm together with its length.
#[grad(jvp)]
pub fn vector_made_after_an_early_return(x: &[f64]) -> f64 {
    let mut next: Vec<f64> = x.to_vec();
    if next[0] < 0.0 {
        return next[1];
    }
    let before: Vec<f64> = next.to_vec();
    next[0] *= 2.0;
    next[0] * before[1].sin()
}

#[grad(jvp)]
pub fn vector_made_in_an_arm(x: f64, y: Vec<f64>, flag: bool) -> f64 {
    let a = if flag {
        x
    } else {
        let mut v: Vec<f64> = y.to_vec();
        v[0] *= x;
        (-v[1] * v[0]).sin()
    };
    a * y[0]
}

#[grad(jvp)]
pub fn grow(x: &mut [f64], n: usize) -> f64 {
    x[0] *= x[1];
    x[0] * n as f64
}

// A view that is handed on in every round is not moved by the first.
#[grad(jvp)]
pub fn view_handed_on_in_a_loop(x: &[f64]) -> f64 {
    let mut row = x.to_vec();
    let rest = &mut row[1..];
    let mut sum = 0.0;
    let mut n: usize = 0;
    loop {
        n += 1;
        sum += grow(rest, n);
        if n > 3 {
            break;
        }
    }
    sum
}

#[grad(jvp)]
pub fn reads(x: &[f64; 3], y: f64, z: (f64, f64)) -> f64 {
    x[0] * x[2] * y * z.0 + z.1
}

// A mutable variable passed as shared, and read by the arguments beside it.
#[grad(jvp)]
pub fn passed_and_read(x: &mut [f64; 3]) -> f64 {
    let y = reads(x, x[0] * x[1], (x[1], 0.5 * x[2]));
    x[0] *= y;
    y * x[0]
}

// An array from the whole of another's slice, and of a vector.
#[grad(jvp)]
pub fn arrays_from_slices(x: &[f64; 3]) -> f64 {
    let mut b = [0.0; 3];
    b.copy_from_slice(&x[..]);
    b[0] *= x[1];
    let mut c = b;
    c[..].copy_from_slice(&b);
    c[1] *= b[2];
    b.copy_from_slice(&c.to_vec());
    b[0] * b[1] * c[2]
}

pub fn cases(c: &mut Checker) {
    let x = vec![0.5, -1.25, 0.75];
    for n in 0..4 {
        for x in [0.375, -0.75, 1.5] {
            check!(c, continue_beside_break_value(x, const n) -> f64);
        }
        check!(c, methods_on_literals(0.75, const n) -> f64);
    }
    check!(c, pairs((0.5, 0.75), (0.25, -1.25)) -> f64);
    check!(c, partly_active_tuples(0.75) -> f64);
    check!(c, vector_made_after_an_early_return(&x) -> f64);
    check!(c, vector_made_after_an_early_return(&vec![-0.5, 0.75]) -> f64);
    for flag in [false, true] {
        check!(c, vector_made_in_an_arm(0.5, x.clone(), const flag) -> f64);
    }
    check!(c, grow(&mut x.clone(), const 2) -> f64);
    check!(c, view_handed_on_in_a_loop(&x) -> f64);
    check!(c, reads(&[0.5, -1.25, 0.75], 0.5, (0.75, -1.5)) -> f64);
    check!(c, passed_and_read(&mut [0.5, -1.25, 0.75]) -> f64);
    check!(c, arrays_from_slices(&[0.5, -1.25, 0.75]) -> f64);
}
