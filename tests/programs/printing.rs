// Printing is passed through: it happens in the forward sweep.

#[grad(jvp)]
pub fn traced(x: f64, n: usize) -> f64 {
    let mut y = x;
    for step in 0..n {
        println!("step {step}: {y:.3} of {}", x);
        y = y * x + 0.5;
        if y > 1e6 {
            eprintln!("diverged at {step}");
        }
    }
    eprint!("");
    print!("");
    let _message = format!("{}", "done");
    y
}

pub fn cases(c: &mut Checker) {
    check!(c, traced(0.75, const 3) -> f64);
}
