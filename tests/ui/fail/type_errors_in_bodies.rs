//! Each of these is told once, by the compiler.

use autodiff_runtime::grad;

#[grad]
fn integer_power(x: f64) -> f64 {
    x.powf(2)
}

#[grad]
fn number_as_condition(x: f64) -> f64 {
    if x { x } else { -x }
}

#[grad]
fn comparison_as_result(x: f64) -> f64 {
    x > 1.0
}

#[grad]
fn pair_as_result(x: f64) -> f64 {
    (x, x)
}

#[grad]
fn integer_as_result(x: f64) -> f64 {
    let x: i32 = 1;
    x
}

#[grad]
fn number_as_index(p: &[f64], x: f64) -> f64 {
    p[x]
}

#[grad]
fn number_gone_over(x: f64) -> f64 {
    let mut sum = 0.0;
    for _ in x {
        sum += 1.0;
    }
    sum
}

#[grad]
fn range_of_numbers(x: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0.0..x {
        sum += i;
    }
    sum
}

#[grad]
fn number_taken_apart(x: f64) -> f64 {
    let (a, b) = x;
    a * b
}

#[grad]
fn number_called(x: f64) -> f64 {
    x(1.0)
}

#[grad]
fn field_of_a_number(x: f64) -> f64 {
    x.re
}

#[grad]
fn number_that_is_no_option(x: f64) -> f64 {
    if let Some(y) = x { y } else { 0.0 }
}

#[grad]
fn text_added(x: f64) -> f64 {
    x + "1"
}

#[grad]
fn count_negated(x: f64, n: usize) -> f64 {
    x * (-n) as f64
}

#[grad]
fn misspelt_function(x: f64) -> f64 {
    f64::sine(x)
}

#[grad]
fn misspelt_adaptor(p: &[f64]) -> f64 {
    p.iter().mapp(|v| v * v).sum()
}

fn main() {
    _ = integer_power_grad(1.0);
}
