// `#[grad]` alone, with an empty list, with the runtime's path, and behind `cfg_attr`.

#[grad]
pub fn bare(x: f64) -> f64 {
    x * x.sin()
}

#[grad()]
pub fn empty_list(x: &[f64]) -> f64 {
    x[0] * x[1]
}

#[cfg_attr(all(), grad(jvp))]
pub fn conditional(x: f64) -> f64 {
    x.exp() * x
}

#[grad(jvp, crate = ::autodiff_runtime)]
pub fn named_runtime(x: f64) -> f64 {
    x.sqrt() * x
}

#[grad(crate = autodiff_runtime, jvp)]
#[inline]
#[must_use]
/// Other attributes stay.
pub fn other_attributes(x: f64) -> f64 {
    x.cos() * x
}

pub fn cases(c: &mut Checker) {
    check!(c, bare(0.75) -> f64; no jvp);
    check!(c, empty_list(&vec![0.5, -1.25]) -> f64; no jvp);
    check!(c, conditional(0.75) -> f64);
    check!(c, named_runtime(0.75) -> f64);
    check!(c, other_attributes(0.75) -> f64);
}
