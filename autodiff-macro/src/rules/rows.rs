//! The rows, in the order of [`Rule`].
//!
//! Results are reused (`Out`) where that costs no accuracy; differences of nearly equal numbers are written as
//! products (`(1 - x) * (1 + x)`). What is chosen at kinks is documented in `docs/kinks.md` and held by tests.

use std::f64::consts::{LN_2, LN_10};

use super::Rule::{self, *};
use super::Term::{self, *};
use super::{Class, Domain, Row};
use crate::ir::Comparison::{Eq, Ge, Le, Lt};

const ZERO: Term = Float(0.0);
const ONE: Term = Float(1.0);
const TWO: Term = Float(2.0);
const HALF: Term = Float(0.5);
const X: Term = In(0);
const Y: Term = In(1);

const ANY: Domain = within(-3.0, 3.0);
const POSITIVE: Domain = within(0.05, 6.0);
const UNIT: Domain = within(-0.9, 0.9);

const fn within(low: f64, high: f64) -> Domain {
    Domain { low, high }
}

const fn row(
    rule: Rule,
    name: &'static str,
    class: Class,
    cost: u32,
    contributions: &'static [Option<Term>],
    domain: &'static [Domain],
) -> Row {
    Row { rule, name, arity: contributions.len(), class, contributions, domain, cost }
}

const fn linear(
    rule: Rule,
    name: &'static str,
    contributions: &'static [Option<Term>],
    domain: &'static [Domain],
) -> Row {
    row(rule, name, Class::Linear, 1, contributions, domain)
}

const fn smooth(
    rule: Rule,
    name: &'static str,
    cost: u32,
    contributions: &'static [Option<Term>],
    domain: &'static [Domain],
) -> Row {
    row(rule, name, Class::Smooth, cost, contributions, domain)
}

const fn piecewise(
    rule: Rule,
    name: &'static str,
    cost: u32,
    contributions: &'static [Option<Term>],
    domain: &'static [Domain],
) -> Row {
    row(rule, name, Class::Piecewise, cost, contributions, domain)
}

/// Piecewise constant: no derivative through its one argument.
const fn steps(rule: Rule, name: &'static str) -> Row {
    row(rule, name, Class::Zero, 2, &[None], &[ANY])
}

/// `y` where `x` is zero is taken for one: keeps `ln` and `/` finite where the result is zero anyway.
macro_rules! nonzero {
    ($x:expr) => {
        Select(Eq, &[$x, ZERO, ONE, $x])
    };
}

/// `D` times the quotient by which a remainder differs from its dividend. Taken from the remainder, which is exact,
/// and not from `x / y`, which may round up to the next integer.
const MINUS_QUOTIENT: Term =
    Apply(Neg, &[Apply(Mul, &[D, Apply(Round, &[Apply(Div, &[Apply(Sub, &[X, Out]), Y])])])]);

/// The larger (smaller) argument takes all, a tie halves; an argument that is NaN takes nothing, as the result is the
/// other one.
macro_rules! chosen {
    ($this:expr, $other:expr) => {
        Select(Eq, &[$this, Out, Select(Eq, &[$this, $other, Apply(Mul, &[HALF, D]), D]), ZERO])
    };
}

const OVER_Y: Term = Apply(Div, &[D, Y]);
const OVER_Y_BY_OUT: Term = Apply(Mul, &[D, Out]);

/// `x * x + y * y`.
const NORM_SQUARED: Term = Apply(Add, &[Apply(Mul, &[X, X]), Apply(Mul, &[Y, Y])]);

/// `1 - x * x`, without cancellation near one.
const ONE_MINUS_SQUARE: Term = Apply(Mul, &[Apply(Sub, &[ONE, X]), Apply(Add, &[ONE, X])]);

/// `x * x - 1`, without cancellation near one.
const SQUARE_MINUS_ONE: Term = Apply(Mul, &[Apply(Sub, &[X, ONE]), Apply(Add, &[X, ONE])]);

pub(super) static ROWS: &[Row] = &[
    linear(Add, "+", &[Some(D), Some(D)], &[ANY, ANY]),
    linear(Sub, "-", &[Some(D), Some(Apply(Neg, &[D]))], &[ANY, ANY]),
    row(
        Mul,
        "*",
        Class::Bilinear,
        1,
        &[Some(Apply(Mul, &[D, Y])), Some(Apply(Mul, &[D, X]))],
        &[ANY, ANY],
    ),
    smooth(
        Div,
        "/",
        4,
        &[
            Some(Apply(Div, &[D, Y])),
            // `d / y` is what the other argument takes too: one division for both. Of `1 / y` there is no other, and
            // the result is `1 / y` itself: no division, and nothing but the result is kept.
            Some(Apply(Neg, &[Apply(Mul, &[Known(&[X, ONE, OVER_Y_BY_OUT, OVER_Y]), Out])])),
        ],
        &[ANY, POSITIVE],
    ),
    piecewise(Rem, "%", 15, &[Some(D), Some(MINUS_QUOTIENT)], &[within(-9.0, 9.0), POSITIVE]),
    linear(Neg, "-", &[Some(Apply(Neg, &[D]))], &[ANY]),
    smooth(
        Powi,
        "powi",
        6,
        &[
            // The exponent at n = 0 is made 0, so that zero times infinity never arises at x = 0.
            Some(Apply(
                Mul,
                &[
                    D,
                    Apply(
                        Mul,
                        &[
                            IntToFloat(&Y),
                            Apply(Powi, &[X, Select(Eq, &[Y, Int(0), Int(0), Decrement(&Y)])]),
                        ],
                    ),
                ],
            )),
            None,
        ],
        &[within(0.3, 3.0), within(-4.0, 5.0)],
    ),
    smooth(
        Powf,
        "powf",
        40,
        &[
            Some(Apply(
                Mul,
                &[
                    D,
                    Apply(
                        Mul,
                        &[
                            Y,
                            Apply(Powf, &[X, Select(Eq, &[Y, ZERO, ZERO, Apply(Sub, &[Y, ONE])])]),
                        ],
                    ),
                ],
            )),
            Some(Apply(Mul, &[D, Apply(Mul, &[Out, Apply(Ln, &[nonzero!(X)])])])),
        ],
        &[POSITIVE, ANY],
    ),
    smooth(Sqrt, "sqrt", 5, &[Some(Apply(Div, &[D, Apply(Mul, &[TWO, Out])]))], &[POSITIVE]),
    smooth(
        Cbrt,
        "cbrt",
        20,
        &[Some(Apply(Div, &[D, Apply(Mul, &[Float(3.0), Apply(Mul, &[Out, Out])])]))],
        &[POSITIVE],
    ),
    smooth(
        Recip,
        "recip",
        4,
        &[Some(Apply(Neg, &[Apply(Mul, &[D, Apply(Mul, &[Out, Out])])]))],
        &[POSITIVE],
    ),
    smooth(Exp, "exp", 15, &[Some(Apply(Mul, &[D, Out]))], &[ANY]),
    smooth(Exp2, "exp2", 15, &[Some(Apply(Mul, &[D, Apply(Mul, &[Float(LN_2), Out])]))], &[ANY]),
    // Not `out + 1`, which keeps nothing of the derivative for a very negative argument.
    smooth(ExpM1, "exp_m1", 20, &[Some(Apply(Mul, &[D, Apply(Exp, &[X])]))], &[ANY]),
    smooth(Ln, "ln", 15, &[Some(Apply(Div, &[D, X]))], &[POSITIVE]),
    smooth(
        Ln1p,
        "ln_1p",
        20,
        &[Some(Apply(Div, &[D, Apply(Add, &[ONE, X])]))],
        &[within(-0.9, 5.0)],
    ),
    smooth(
        Log,
        "log",
        35,
        &[
            Some(Apply(Div, &[D, Apply(Mul, &[X, Apply(Ln, &[Y])])])),
            Some(Apply(
                Neg,
                &[Apply(Mul, &[D, Apply(Div, &[Out, Apply(Mul, &[Y, Apply(Ln, &[Y])])])])],
            )),
        ],
        &[POSITIVE, within(1.3, 11.0)],
    ),
    smooth(Log2, "log2", 15, &[Some(Apply(Div, &[D, Apply(Mul, &[X, Float(LN_2)])]))], &[POSITIVE]),
    smooth(
        Log10,
        "log10",
        15,
        &[Some(Apply(Div, &[D, Apply(Mul, &[X, Float(LN_10)])]))],
        &[POSITIVE],
    ),
    smooth(Sin, "sin", 15, &[Some(Apply(Mul, &[D, Apply(Cos, &[X])]))], &[ANY]),
    smooth(Cos, "cos", 15, &[Some(Apply(Neg, &[Apply(Mul, &[D, Apply(Sin, &[X])])]))], &[ANY]),
    smooth(
        Tan,
        "tan",
        20,
        &[Some(Apply(Mul, &[D, Apply(Add, &[ONE, Apply(Mul, &[Out, Out])])]))],
        &[within(-1.4, 1.4)],
    ),
    smooth(Asin, "asin", 20, &[Some(Apply(Div, &[D, Apply(Sqrt, &[ONE_MINUS_SQUARE])]))], &[UNIT]),
    smooth(
        Acos,
        "acos",
        20,
        &[Some(Apply(Neg, &[Apply(Div, &[D, Apply(Sqrt, &[ONE_MINUS_SQUARE])])]))],
        &[UNIT],
    ),
    smooth(
        Atan,
        "atan",
        20,
        &[Some(Apply(Div, &[D, Apply(Add, &[ONE, Apply(Mul, &[X, X])])]))],
        &[ANY],
    ),
    // Of `y.atan2(x)`: here X is the ordinate.
    smooth(
        Atan2,
        "atan2",
        30,
        &[
            Some(Apply(Mul, &[D, Apply(Div, &[Y, NORM_SQUARED])])),
            Some(Apply(Neg, &[Apply(Mul, &[D, Apply(Div, &[X, NORM_SQUARED])])])),
        ],
        &[ANY, POSITIVE],
    ),
    smooth(Sinh, "sinh", 25, &[Some(Apply(Mul, &[D, Apply(Cosh, &[X])]))], &[ANY]),
    smooth(Cosh, "cosh", 25, &[Some(Apply(Mul, &[D, Apply(Sinh, &[X])]))], &[ANY]),
    smooth(
        Tanh,
        "tanh",
        25,
        &[Some(Apply(Mul, &[D, Apply(Sub, &[ONE, Apply(Mul, &[Out, Out])])]))],
        &[ANY],
    ),
    smooth(
        Asinh,
        "asinh",
        30,
        &[Some(Apply(Div, &[D, Apply(Sqrt, &[Apply(Add, &[Apply(Mul, &[X, X]), ONE])])]))],
        &[ANY],
    ),
    smooth(
        Acosh,
        "acosh",
        30,
        &[Some(Apply(Div, &[D, Apply(Sqrt, &[SQUARE_MINUS_ONE])]))],
        &[within(1.1, 6.0)],
    ),
    smooth(Atanh, "atanh", 30, &[Some(Apply(Div, &[D, ONE_MINUS_SQUARE]))], &[UNIT]),
    smooth(
        Hypot,
        "hypot",
        10,
        &[
            Some(Apply(Mul, &[D, Apply(Div, &[X, nonzero!(Out)])])),
            Some(Apply(Mul, &[D, Apply(Div, &[Y, nonzero!(Out)])])),
        ],
        &[ANY, POSITIVE],
    ),
    row(
        MulAdd,
        "mul_add",
        Class::Bilinear,
        2,
        &[Some(Apply(Mul, &[D, Y])), Some(Apply(Mul, &[D, X])), Some(D)],
        &[ANY, ANY, ANY],
    ),
    linear(
        Midpoint,
        "midpoint",
        &[Some(Apply(Mul, &[HALF, D])), Some(Apply(Mul, &[HALF, D]))],
        &[ANY, ANY],
    ),
    piecewise(
        Abs,
        "abs",
        1,
        &[Some(Select(Eq, &[X, ZERO, ZERO, Apply(Mul, &[D, Apply(Signum, &[X])])]))],
        &[ANY],
    ),
    steps(Signum, "signum"),
    piecewise(
        Copysign,
        "copysign",
        1,
        &[
            Some(Select(
                Eq,
                &[
                    X,
                    ZERO,
                    ZERO,
                    Apply(
                        Mul,
                        &[D, Apply(Mul, &[Apply(Signum, &[X]), Apply(Copysign, &[ONE, Y])])],
                    ),
                ],
            )),
            None,
        ],
        &[ANY, ANY],
    ),
    piecewise(Min, "min", 1, &[Some(chosen!(X, Y)), Some(chosen!(Y, X))], &[ANY, ANY]),
    piecewise(Max, "max", 1, &[Some(chosen!(X, Y)), Some(chosen!(Y, X))], &[ANY, ANY]),
    piecewise(
        Clamp,
        "clamp",
        2,
        &[
            Some(Select(Lt, &[Y, X, Select(Lt, &[X, In(2), D, ZERO]), ZERO])),
            // At an end the result is the bound, so the bound takes all; the lower one if both are equal.
            Some(Select(Le, &[X, Y, D, ZERO])),
            Some(Select(Ge, &[X, In(2), Select(Le, &[X, Y, ZERO, D]), ZERO])),
        ],
        &[ANY, within(-2.5, -0.5), within(0.5, 2.5)],
    ),
    steps(Floor, "floor"),
    steps(Ceil, "ceil"),
    steps(Round, "round"),
    steps(RoundTiesEven, "round_ties_even"),
    steps(Trunc, "trunc"),
    piecewise(Fract, "fract", 2, &[Some(D)], &[ANY]),
    piecewise(
        RemEuclid,
        "rem_euclid",
        17,
        &[Some(D), Some(MINUS_QUOTIENT)],
        &[within(-9.0, 9.0), POSITIVE],
    ),
    row(DivEuclid, "div_euclid", Class::Zero, 20, &[None, None], &[within(-9.0, 9.0), POSITIVE]),
    linear(ToDegrees, "to_degrees", &[Some(Apply(ToDegrees, &[D]))], &[ANY]),
    linear(ToRadians, "to_radians", &[Some(Apply(ToRadians, &[D]))], &[ANY]),
];
