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

/// Texts are no variables, also where a format captures them.
#[grad(jvp)]
pub fn named(x: f64) -> f64 {
    let (name, width) = ("sine", 7);
    assert!(x > -20.0, "{name} of {x:width$}, {name}");
    let checked = |t: f64| {
        if t > 10.0 {
            return Err("large");
        }
        if t < -10.0 {
            return Err("small");
        }
        Ok(t.sin())
    };
    let doubled = |t: f64| -> Result<f64, String> {
        if t > 5.0 { Err("large".to_string()) } else { Ok(2.0 * t) }
    };
    let y = match doubled(x) {
        Ok(y) => y,
        Err(why) => {
            println!("failed: {why} {}", why);
            0.0
        }
    };
    match checked(y) {
        Ok(y) if y > 0.25 => y,
        Ok(y) => y * x,
        Err(why) => panic!("{name}: {why}"),
    }
}

pub fn cases(c: &mut Checker) {
    check!(c, named(0.75) -> f64);
    check!(c, named(5.5) -> f64);
    check!(c, named(0.0625) -> f64);
    check!(c, traced(0.75, const 3) -> f64);
}
