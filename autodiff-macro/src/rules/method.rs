//! From the names in `std` to rules.

use super::Rule;

impl Rule {
    /// The rule of a method of `f32` and `f64`, in method form or path form; `None` for a method that has none.
    /// `sin_cos` is not here: it is `sin` and `cos`. The arity is [`super::Row::arity`], receiver included.
    pub fn method(name: &str) -> Option<Rule> {
        Some(match name {
            // The operators' traits, for whoever has them in scope.
            "add" => Rule::Add,
            "sub" => Rule::Sub,
            "mul" => Rule::Mul,
            "div" => Rule::Div,
            "rem" => Rule::Rem,
            "neg" => Rule::Neg,
            "powi" => Rule::Powi,
            "powf" => Rule::Powf,
            "sqrt" => Rule::Sqrt,
            "cbrt" => Rule::Cbrt,
            "recip" => Rule::Recip,
            "exp" => Rule::Exp,
            "exp2" => Rule::Exp2,
            "exp_m1" => Rule::ExpM1,
            "ln" => Rule::Ln,
            "ln_1p" => Rule::Ln1p,
            "log" => Rule::Log,
            "log2" => Rule::Log2,
            "log10" => Rule::Log10,
            "sin" => Rule::Sin,
            "cos" => Rule::Cos,
            "tan" => Rule::Tan,
            "asin" => Rule::Asin,
            "acos" => Rule::Acos,
            "atan" => Rule::Atan,
            "atan2" => Rule::Atan2,
            "sinh" => Rule::Sinh,
            "cosh" => Rule::Cosh,
            "tanh" => Rule::Tanh,
            "asinh" => Rule::Asinh,
            "acosh" => Rule::Acosh,
            "atanh" => Rule::Atanh,
            "hypot" => Rule::Hypot,
            "mul_add" => Rule::MulAdd,
            "midpoint" => Rule::Midpoint,
            "abs" => Rule::Abs,
            "signum" => Rule::Signum,
            "copysign" => Rule::Copysign,
            "min" => Rule::Min,
            "max" => Rule::Max,
            "clamp" => Rule::Clamp,
            "floor" => Rule::Floor,
            "ceil" => Rule::Ceil,
            "round" => Rule::Round,
            "round_ties_even" => Rule::RoundTiesEven,
            "trunc" => Rule::Trunc,
            "fract" => Rule::Fract,
            "rem_euclid" => Rule::RemEuclid,
            "div_euclid" => Rule::DivEuclid,
            "to_degrees" => Rule::ToDegrees,
            "to_radians" => Rule::ToRadians,
            _ => return None,
        })
    }
}
