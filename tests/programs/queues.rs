// `VecDeque`s of a function's own: sliding windows, queues taken from until they are empty.

#[grad(jvp)]
pub fn sliding(x: &[f64], n: usize) -> f64 {
    let mut window = std::collections::VecDeque::new();
    let (mut sum, mut total) = (0.0, 0.0);
    for &v in x {
        window.push_back(v);
        sum += v;
        if window.len() > n {
            sum -= window.pop_front().unwrap();
        }
        total += sum * sum + window[0] * window.iter().sum::<f64>();
    }
    total
}

#[grad(jvp)]
pub fn emptied(x: &[f64]) -> f64 {
    let mut queue: std::collections::VecDeque<f64> = std::collections::VecDeque::with_capacity(4);
    for &v in x {
        queue.push_back(v * v);
        queue.push_front(v);
    }
    let mut s = 1.0;
    while let Some(v) = queue.pop_front() {
        s = s * 0.5 + v;
        if let Some(last) = queue.back() {
            s += last * v;
        }
    }
    s
}

#[grad(jvp)]
pub fn changed(x: &[f64]) -> f64 {
    let mut q: std::collections::VecDeque<f64> = x.iter().copied().collect();
    let a = q.remove(1).unwrap();
    for v in q.iter_mut() {
        *v *= a;
    }
    q.rotate_left(1);
    *q.front().unwrap() * q[1] + q.iter().rev().sum::<f64>() + q.pop_back().unwrap()
}

pub fn cases(c: &mut Checker) {
    let x = vec![0.5, -1.25, 0.75, 1.5];
    for n in 1..4 {
        check!(c, sliding(&x, const n) -> f64);
    }
    check!(c, emptied(&x) -> f64);
    check!(c, changed(&x) -> f64);
}
