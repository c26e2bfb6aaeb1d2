//! What a row of the table is made of. The rows themselves are in [`super::rows`].

use super::rows::ROWS;
use crate::ir::Comparison;

macro_rules! rules {
    ($($name:ident),* $(,)?) => {
        /// Every operation on floats that has a row.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
        pub enum Rule {
            $($name),*
        }

        impl Rule {
            #[cfg(test)]
            pub const ALL: &'static [Rule] = &[$(Rule::$name),*];
        }
    };
}

rules! {
    Add, Sub, Mul, Div, Rem, Neg,
    Powi, Powf, Sqrt, Cbrt, Recip,
    Exp, Exp2, ExpM1, Ln, Ln1p, Log, Log2, Log10,
    Sin, Cos, Tan, Asin, Acos, Atan, Atan2,
    Sinh, Cosh, Tanh, Asinh, Acosh, Atanh,
    Hypot, MulAdd, Midpoint, Abs, Signum, Copysign, Min, Max, Clamp,
    Floor, Ceil, Round, RoundTiesEven, Trunc, Fract, RemEuclid, DivEuclid,
    ToDegrees, ToRadians,
}

#[cfg(test)]
impl Rule {
    /// Whether argument `i` is an integer (the exponent of `powi`), which no derivative passes through.
    pub fn takes_integer(self, i: usize) -> bool {
        self == Rule::Powi && i == 1
    }
}

/// An expression over the inputs, the result and the derivative coming in.
#[derive(Clone, Copy, Debug)]
pub enum Term {
    /// The derivative coming in: the argument's tangent in forward mode, the result's adjoint in reverse mode.
    D,
    /// Argument `i`.
    In(usize),
    /// The result of the operation.
    Out,
    Float(f64),
    /// An `i32`.
    Int(i128),
    Apply(Rule, &'static [Term]),
    /// An integer term as a float.
    IntToFloat(&'static Term),
    /// An integer term minus one. It wraps: a derivative must not panic where its function does not.
    Decrement(&'static Term),
    /// `if a op b { x } else { y }` of `[a, b, x, y]`. Both `x` and `y` are evaluated, so neither may be costly, and
    /// neither may be infinite where the other is taken (`inf * 0` would reach whoever differentiates again).
    Select(Comparison, &'static [Term; 4]),
    /// `[a, b, x, y]`: `x` where `a` is known at compile time to be `b`, and `y` where it is not.
    Known(&'static [Term; 4]),
}

/// How a rule behaves, for analyses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// Linear in its arguments together, with constant coefficients (`+`, `-`, unary minus, `to_radians`).
    Linear,
    /// Linear in each argument with the others held (`*`, `mul_add`).
    Bilinear,
    Smooth,
    /// Differentiable except at kinks and jumps.
    Piecewise,
    /// Derivative zero wherever it exists.
    Zero,
}

/// Where tests sample one argument.
#[cfg_attr(not(test), expect(dead_code, reason = "read by tests"))]
#[derive(Clone, Copy, Debug)]
pub struct Domain {
    pub low: f64,
    pub high: f64,
}

/// The tests hold each row to what it says of itself.
#[cfg_attr(not(test), expect(dead_code, reason = "read by tests"))]
#[derive(Debug)]
pub struct Row {
    pub rule: Rule,
    /// The method's name in `std`, or the operator.
    pub name: &'static str,
    pub arity: usize,
    pub class: Class,
    /// What argument `i` contributes for each `i`, linear in [`Term::D`]; `None`: no derivative through it.
    pub contributions: &'static [Option<Term>],
    pub domain: &'static [Domain],
    /// Cost in additions, roughly; the reverse sweep recomputes what is cheap.
    pub cost: u32,
}

pub fn row(rule: Rule) -> &'static Row {
    // The rows stand in the order of the enum; a test holds them to it.
    &ROWS[rule as usize]
}
