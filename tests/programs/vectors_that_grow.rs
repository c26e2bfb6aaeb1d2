// `push`, `pop`, `truncate`, `extend_from_slice`, `insert`, `remove`, `resize`, `clear`: the adjoint keeps the length.

#[grad(jvp)]
pub fn filtered(x: &[f64], limit: f64) -> f64 {
    let mut kept = Vec::new();
    for i in 0..x.len() {
        if x[i] < limit {
            kept.push(x[i] * x[i]);
        }
    }
    let mut sum = limit;
    for i in 0..kept.len() {
        sum += kept[i] * kept[kept.len() - 1 - i];
    }
    sum
}

#[grad(jvp)]
pub fn fed_back(x: &[f64]) -> f64 {
    let mut v = Vec::with_capacity(2 * x.len());
    for i in 0..x.len() {
        v.push(x[i].sin());
        if i > 0 {
            v.push(v[i - 1] * x[i]);
        }
    }
    v.truncate(5);
    let last = v.pop().unwrap();
    v.extend_from_slice(x);
    let mut sum = last * 2.0;
    for i in 0..v.len() {
        sum += v[i] * v[i];
    }
    sum
}

// A stack machine: what is popped in one round was pushed in another.
#[grad(jvp)]
pub fn stack_machine(program: &[i32], x: &[f64]) -> f64 {
    let mut stack: Vec<f64> = Vec::new();
    for &op in program {
        if op >= 0 {
            stack.push(x[op as usize]);
        } else {
            let b = stack.pop().unwrap();
            let a = stack.pop().expect("two operands");
            stack.push(if op == -1 { a * b } else { a + b.exp() });
        }
    }
    stack[0]
}

#[grad(jvp)]
pub fn rows(x: &[f64]) -> Vec<Vec<f64>> {
    let mut out = Vec::with_capacity(3);
    for i in 0..3 {
        let mut row = Vec::new();
        for j in 0..=i {
            row.push(x[j] * x[i]);
        }
        row.insert(0, x[0]);
        out.push(row);
    }
    let taken = out.remove(1);
    out[0].push(taken[1].exp());
    out
}

#[grad(jvp)]
pub fn points(x: &[f64]) -> f64 {
    let mut path: Vec<[f64; 2]> = vec![];
    let mut at = [0.0, 1.0];
    for i in 0..x.len() {
        at = [at[0] + x[i], at[1] * x[i]];
        path.push(at);
        path.push([x[i], at[0]]);
    }
    path.reverse();
    path.rotate_left(1);
    let mut sum = 0.0;
    while path.len() > 2 {
        let p = path.pop().unwrap();
        sum += p[0] * p[1];
        path.swap_remove(0);
    }
    sum + path[0][0] * path[1][1]
}

#[grad(jvp)]
pub fn buffer_reused(x: &[f64]) -> f64 {
    let mut buffer = Vec::new();
    let mut sum = 0.0;
    for i in 0..x.len() {
        buffer.clear();
        for j in 0..=i {
            buffer.push(x[i] * x[j]);
        }
        buffer.resize(4, x[0]);
        for j in 0..buffer.len() {
            sum += buffer[j].sin() * buffer[i];
        }
    }
    sum
}

#[grad(jvp)]
pub fn by_value(mut v: Vec<f64>, x: f64) -> Vec<f64> {
    let tail = v.split_off(1);
    v.push(x * v[0]);
    v.extend(&tail);
    v.push(tail[0] * x);
    v
}

pub fn cases(c: &mut Checker) {
    let x = vec![0.5, 1.5, -0.25, 0.75];
    check!(c, filtered(&x, 0.625) -> f64);
    check!(c, fed_back(&x) -> f64);
    check!(c, stack_machine(const &[0, 1, -1, 2, 3, -2, -1], &x) -> f64);
    check!(c, rows(&x) -> Vec<Vec<f64>>);
    check!(c, points(&x) -> f64);
    check!(c, buffer_reused(&x) -> f64);
    check!(c, by_value(x, 0.5) -> Vec<f64>);
}
