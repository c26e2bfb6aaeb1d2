// Every way to write the attribute.
#![deny(warnings)]

#[autodiff_runtime::grad]
fn by_path(x: f64) -> f64 {
    x * x
}

mod imported {
    use autodiff_runtime::grad as differentiate;

    #[differentiate()]
    pub fn renamed(x: f64) -> f64 {
        x * x
    }
}

use autodiff_runtime::grad;

#[grad]
fn bare(x: f64) -> f64 {
    x * x
}

#[grad()]
fn empty(x: f64) -> f64 {
    x * x
}

#[grad(jvp)]
fn trailing_comma(x: f64) -> f64 {
    x * x
}

#[cfg_attr(all(), grad)]
fn conditional(x: f64) -> f64 {
    x * x
}

#[cfg_attr(any(), grad)]
fn not_differentiated(x: f64) -> f64 {
    x * x
}

#[::autodiff_runtime::grad(wrt(x,), jvp)]
fn absolute(x: f64, y: f64) -> f64 {
    x * x * y
}

fn main() {
    assert_eq!(by_path_grad(3.0), 6.0);
    assert_eq!(imported::renamed_grad(3.0), 6.0);
    assert_eq!(bare_grad(3.0), 6.0);
    assert_eq!(empty_grad(3.0), 6.0);
    assert_eq!(trailing_comma_jvp(3.0, 1.0), (9.0, 6.0));
    assert_eq!(conditional_grad(3.0), 6.0);
    assert_eq!(not_differentiated(3.0), 9.0);
    assert_eq!(absolute_grad(3.0, 1.0), 6.0);
}
