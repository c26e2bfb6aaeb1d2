// One name for several values, also of several types, also in inner blocks.

#[grad(jvp)]
pub fn iterated(x: f64) -> f64 {
    let x = x * x;
    let x = x.sin() + x;
    let y = {
        let x = x * 0.5;
        x.exp()
    };
    let x = x * y;
    x + y
}

#[grad(jvp)]
pub fn shadowed_in_loop(x: f64, n: usize) -> f64 {
    let mut sum = 0.0;
    for n in 1..n {
        let n = n as f64;
        let x = x / n;
        sum += x.sin() * n;
    }
    let x = x * sum;
    x + sum
}

#[grad(jvp)]
pub fn shadowed_parameter_of_another_type(n: f64, x: f64) -> f64 {
    let mut total = n * x;
    let n = 3;
    for _ in 0..n {
        total = total * x + 1.0;
    }
    total
}

pub fn cases(c: &mut Checker) {
    check!(c, iterated(0.75) -> f64);
    check!(c, shadowed_in_loop(1.25, const 5) -> f64);
    check!(c, shadowed_parameter_of_another_type(0.5, 1.25) -> f64);
}
