//! (Being written.) One row an operation: its name, its derivative as a template, its class and a domain to test in.

/// Every operation on floats that has a row.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Rule {
    Add, Sub, Mul, Div, Rem, Neg,
    Powi, Powf, Sqrt, Cbrt, Recip,
    Exp, Exp2, ExpM1, Ln, Ln1p, Log, Log2, Log10,
    Sin, Cos, Tan, Asin, Acos, Atan, Atan2,
    Sinh, Cosh, Tanh, Asinh, Acosh, Atanh,
    Hypot, MulAdd, Abs, Signum, Copysign, Min, Max, Clamp,
    Floor, Ceil, Round, RoundTiesEven, Trunc, Fract, RemEuclid, DivEuclid,
    ToDegrees, ToRadians,
}

/// One side of a rule: an expression over the inputs, the result and the derivative coming in.
#[derive(Clone, Copy, Debug)]
pub enum Term {
    /// The derivative coming in: the argument's tangent in forward mode, the result's adjoint in reverse mode.
    D,
    /// Argument `i`.
    In(usize),
    /// The result of the operation.
    Out,
    Float(f64),
    /// An integer (for `powi`).
    Int(i128),
    Apply(Rule, &'static [Term]),
    /// The integer argument as a float.
    IntToFloat(&'static Term),
    /// `if a op b { x } else { y }`: the comparison's two sides, then the two values.
    Select(crate::ir::Comparison, &'static [Term; 4]),
}

/// How a rule behaves, for analyses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// Linear in each argument with constant coefficients (`+`, `-`, unary minus, `to_radians`).
    Linear,
    /// Linear in each argument with the others held (`*`).
    Bilinear,
    Smooth,
    /// Differentiable except at kinks.
    Piecewise,
    /// Derivative zero wherever it exists.
    Zero,
}

/// Where tests sample one argument.
#[derive(Clone, Copy, Debug)]
pub struct Domain {
    pub low: f64,
    pub high: f64,
}

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

pub fn row(_rule: Rule) -> &'static Row {
    todo!()
}
