// Attributes beside `#[grad]`, before and after it.
#![deny(warnings)]

use autodiff_runtime::grad;

#[must_use]
#[grad(jvp)]
#[inline(always)]
pub fn must_use(x: f64) -> f64 {
    x * x
}

#[deprecated(note = "use another")]
#[grad]
pub fn deprecated(x: f64) -> f64 {
    x * x
}

#[grad]
#[cold]
#[track_caller]
#[doc(hidden)]
pub fn cold(x: f64) -> f64 {
    assert!(x > 0.0);
    x * x
}

#[grad]
#[allow(non_snake_case)]
pub fn Capital(X: f64) -> f64 {
    X * X
}

#[cfg(any())]
#[grad]
pub fn absent(x: f64) -> f64 {
    no_such_function(x)
}

#[grad]
#[cfg(any())]
pub fn absent_too(x: f64) -> f64 {
    no_such_function(x)
}

#[grad]
#[cfg(any())]
pub fn one_of_two(x: f64) -> f64 {
    x
}

#[grad]
#[cfg(all())]
pub fn one_of_two(x: f64) -> f64 {
    x * x
}

fn main() {
    assert_eq!(must_use_grad(3.0), 6.0);
    assert_eq!(cold_grad(3.0), 6.0);
    assert_eq!(Capital_grad(3.0), 6.0);
    assert_eq!(one_of_two_grad(3.0), 6.0);
}
