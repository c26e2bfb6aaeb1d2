//! Arithmetic as `std` does it.

use super::Data;
use crate::{
    ir::{Comparison, Form, Int, Type},
    rules::Rule,
};

type Result<T> = std::result::Result<T, String>;

/// Which side of its kinks a rule is on: part of the path of a run.
pub fn side(rule: Rule, x: &[f64], out: f64) -> Option<u64> {
    let sign = |v: f64| u64::from(v.is_sign_negative());
    Some(match rule {
        Rule::Abs | Rule::Signum => sign(x[0]),
        Rule::Copysign => 2 * sign(x[0]) + sign(x[1]),
        Rule::Min | Rule::Max => u64::from(x[0] < x[1]),
        Rule::Clamp => 2 * u64::from(x[0] < x[1]) + u64::from(x[0] > x[2]),
        Rule::Floor | Rule::Ceil | Rule::Round | Rule::RoundTiesEven | Rule::Trunc => out.to_bits(),
        Rule::DivEuclid => out.to_bits(),
        Rule::Fract => x[0].trunc().to_bits(),
        Rule::Rem => (x[0] / x[1]).trunc().to_bits(),
        Rule::RemEuclid => x[0].div_euclid(x[1]).to_bits(),
        _ => return None,
    })
}

pub fn float_rule(rule: Rule, x: &[f64]) -> Result<f64> {
    let x =
        |i: usize| x.get(i).copied().ok_or_else(|| format!("{rule:?} of {} arguments", x.len()));
    Ok(match rule {
        Rule::Add => x(0)? + x(1)?,
        Rule::Sub => x(0)? - x(1)?,
        Rule::Mul => x(0)? * x(1)?,
        Rule::Div => x(0)? / x(1)?,
        Rule::Rem => x(0)? % x(1)?,
        Rule::Neg => -x(0)?,
        Rule::Powi => return Err("powi of a float exponent".to_owned()),
        Rule::Powf => x(0)?.powf(x(1)?),
        Rule::Sqrt => x(0)?.sqrt(),
        Rule::Cbrt => x(0)?.cbrt(),
        Rule::Recip => x(0)?.recip(),
        Rule::Exp => x(0)?.exp(),
        Rule::Exp2 => x(0)?.exp2(),
        Rule::ExpM1 => x(0)?.exp_m1(),
        Rule::Ln => x(0)?.ln(),
        Rule::Ln1p => x(0)?.ln_1p(),
        Rule::Log => x(0)?.log(x(1)?),
        Rule::Log2 => x(0)?.log2(),
        Rule::Log10 => x(0)?.log10(),
        Rule::Sin => x(0)?.sin(),
        Rule::Cos => x(0)?.cos(),
        Rule::Tan => x(0)?.tan(),
        Rule::Asin => x(0)?.asin(),
        Rule::Acos => x(0)?.acos(),
        Rule::Atan => x(0)?.atan(),
        Rule::Atan2 => x(0)?.atan2(x(1)?),
        Rule::Sinh => x(0)?.sinh(),
        Rule::Cosh => x(0)?.cosh(),
        Rule::Tanh => x(0)?.tanh(),
        Rule::Asinh => x(0)?.asinh(),
        Rule::Acosh => x(0)?.acosh(),
        Rule::Atanh => x(0)?.atanh(),
        Rule::Hypot => x(0)?.hypot(x(1)?),
        Rule::MulAdd => x(0)?.mul_add(x(1)?, x(2)?),
        Rule::Midpoint => x(0)?.midpoint(x(1)?),
        Rule::Abs => x(0)?.abs(),
        Rule::Signum => x(0)?.signum(),
        Rule::Copysign => x(0)?.copysign(x(1)?),
        Rule::Min => x(0)?.min(x(1)?),
        Rule::Max => x(0)?.max(x(1)?),
        Rule::Clamp => {
            let (low, high) = (x(1)?, x(2)?);
            if low.is_nan() || high.is_nan() || low > high {
                return Err("panic: clamp".to_owned());
            }
            x(0)?.clamp(low, high)
        }
        Rule::Floor => x(0)?.floor(),
        Rule::Ceil => x(0)?.ceil(),
        Rule::Round => x(0)?.round(),
        Rule::RoundTiesEven => x(0)?.round_ties_even(),
        Rule::Trunc => x(0)?.trunc(),
        Rule::Fract => x(0)?.fract(),
        Rule::RemEuclid => x(0)?.rem_euclid(x(1)?),
        Rule::DivEuclid => x(0)?.div_euclid(x(1)?),
        Rule::ToDegrees => x(0)?.to_degrees(),
        Rule::ToRadians => x(0)?.to_radians(),
    })
}

pub fn powi(x: f64, n: i128) -> Result<f64> {
    let n = i32::try_from(n).map_err(|_| "powi beyond i32".to_owned())?;
    Ok(x.powi(n))
}

fn bits(ty: &Type) -> Option<(u32, bool)> {
    let Type::Int(int) = ty else { return None };
    Some(match int {
        Int::I8 => (8, true),
        Int::I16 => (16, true),
        Int::I32 => (32, true),
        Int::I64 | Int::Isize => (64, true),
        Int::U8 => (8, false),
        Int::U16 => (16, false),
        Int::U32 => (32, false),
        Int::U64 | Int::Usize => (64, false),
        // Wider than what is computed with here; overflow is then that of `i128` itself.
        Int::I128 | Int::U128 | Int::Literal => return None,
    })
}

fn bounds(ty: &Type) -> (i128, i128) {
    match bits(ty) {
        Some((bits, true)) => (-(1 << (bits - 1)), (1 << (bits - 1)) - 1),
        Some((bits, false)) => (0, (1 << bits) - 1),
        None => (i128::MIN, i128::MAX),
    }
}

fn fit(value: Option<i128>, ty: &Type) -> Result<i128> {
    let (low, high) = bounds(ty);
    match value {
        Some(value) if (low..=high).contains(&value) => Ok(value),
        _ => Err(format!("panic: overflow of {ty}")),
    }
}

fn wrap(value: i128, ty: &Type) -> i128 {
    match bits(ty) {
        None => value,
        Some((bits, signed)) => {
            let low = value & ((1 << bits) - 1);
            if signed && low >> (bits - 1) == 1 { low - (1 << bits) } else { low }
        }
    }
}

pub fn int_rule(rule: Rule, x: &[i128], ty: &Type) -> Result<i128> {
    let x =
        |i: usize| x.get(i).copied().ok_or_else(|| format!("{rule:?} of {} arguments", x.len()));
    let value = match rule {
        Rule::Add => x(0)?.checked_add(x(1)?),
        Rule::Sub => x(0)?.checked_sub(x(1)?),
        Rule::Mul => x(0)?.checked_mul(x(1)?),
        Rule::Div => x(0)?.checked_div(x(1)?),
        Rule::Rem => x(0)?.checked_rem(x(1)?),
        Rule::Neg => x(0)?.checked_neg(),
        Rule::Abs => x(0)?.checked_abs(),
        Rule::Signum => Some(x(0)?.signum()),
        Rule::Min => Some(x(0)?.min(x(1)?)),
        Rule::Max => Some(x(0)?.max(x(1)?)),
        Rule::Clamp if x(1)? > x(2)? => return Err("panic: clamp".to_owned()),
        Rule::Clamp => Some(x(0)?.clamp(x(1)?, x(2)?)),
        Rule::RemEuclid => x(0)?.checked_rem_euclid(x(1)?),
        Rule::DivEuclid => x(0)?.checked_div_euclid(x(1)?),
        rule => return Err(format!("{rule:?} of integers")),
    };
    fit(value, ty)
}

pub fn compare(op: Comparison, a: &Data, b: &Data) -> Result<bool> {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let order = match (a, b) {
        (Data::Float(a), Data::Float(b)) => a.partial_cmp(b),
        (Data::Int(a), Data::Int(b)) => Some(a.cmp(b)),
        (Data::Bool(a), Data::Bool(b)) => Some(a.cmp(b)),
        (a, b) => return Err(format!("comparison of {a:?} with {b:?}")),
    };
    Ok(match op {
        Comparison::Eq => order == Some(Equal),
        Comparison::Ne => order != Some(Equal),
        Comparison::Lt => order == Some(Less),
        Comparison::Le => matches!(order, Some(Less | Equal)),
        Comparison::Gt => order == Some(Greater),
        Comparison::Ge => matches!(order, Some(Greater | Equal)),
    })
}

pub fn cast(value: &Data, ty: &Type) -> Result<Data> {
    Ok(match (value, ty) {
        (Data::Float(value), Type::Int(_)) => {
            let (low, high) = bounds(ty);
            Data::Int((*value as i128).clamp(low, high))
        }
        (Data::Int(value), Type::Int(_)) => Data::Int(wrap(*value, ty)),
        (Data::Int(value), Type::Float(_)) => Data::Float(*value as f64).rounded(ty),
        (Data::Bool(value), Type::Int(_)) => Data::Int(i128::from(*value)),
        (Data::Float(_), Type::Float(_)) => value.clone().rounded(ty),
        (value, _) => value.clone(),
    })
}

/// The methods and operators that no derivative passes through.
pub fn opaque(form: &Form, args: &[Data], ty: &Type) -> Result<Data> {
    match form {
        Form::Method(name, _) => method(&name.to_string(), args, ty),
        Form::Path(path) => match path.segments.last() {
            Some(last) => method(&last.ident.to_string(), args, ty),
            None => Err("an empty path".to_owned()),
        },
        Form::Binary(op) => binary(op, args, ty),
        Form::Matches(_) => Err("an enum".to_owned()),
        Form::Tuple | Form::Array => Err("the index of a matrix".to_owned()),
        Form::Macro { path, .. } => Err(format!("the macro {:?} is not known", path.get_ident())),
        Form::Not => match args {
            [Data::Int(value)] => Ok(Data::Int(wrap(!*value, ty))),
            [Data::Bool(value)] => Ok(Data::Bool(!value)),
            args => Err(format!("! of {args:?}")),
        },
    }
}

fn binary(op: &syn::BinOp, args: &[Data], ty: &Type) -> Result<Data> {
    use syn::BinOp;
    match args {
        [Data::Bool(a), Data::Bool(b)] => Ok(Data::Bool(match op {
            BinOp::BitAnd(_) | BinOp::And(_) => a & b,
            BinOp::BitOr(_) | BinOp::Or(_) => a | b,
            BinOp::BitXor(_) => a ^ b,
            _ => return Err("an operator that bool does not have".to_owned()),
        })),
        [Data::Int(a), Data::Int(b)] => Ok(Data::Int(match op {
            BinOp::BitAnd(_) => a & b,
            BinOp::BitOr(_) => a | b,
            BinOp::BitXor(_) => a ^ b,
            BinOp::Shl(_) => wrap(a << shift(*b, ty)?, ty),
            BinOp::Shr(_) => a >> shift(*b, ty)?,
            _ => return Err("an operator that is a rule".to_owned()),
        })),
        args => Err(format!("an operator on {args:?}")),
    }
}

fn shift(by: i128, ty: &Type) -> Result<u32> {
    let width = bits(ty).map_or(64, |(bits, _)| bits);
    match u32::try_from(by) {
        Ok(by) if by < width => Ok(by),
        _ => Err(format!("panic: shift by {by}")),
    }
}

fn method(name: &str, args: &[Data], ty: &Type) -> Result<Data> {
    let float = |name: &str, x: f64| {
        Some(match name {
            "is_nan" => x.is_nan(),
            "is_finite" => x.is_finite(),
            "is_infinite" => x.is_infinite(),
            "is_normal" => x.is_normal(),
            "is_sign_negative" => x.is_sign_negative(),
            "is_sign_positive" => x.is_sign_positive(),
            _ => return None,
        })
    };
    let int = |value: Option<i128>| fit(value, ty).map(Data::Int);
    match (name, args) {
        (_, [Data::Float(x)]) => match float(name, *x) {
            Some(is) => Ok(Data::Bool(is)),
            None if name == "to_bits" => Ok(Data::Int(i128::from(x.to_bits()))),
            None => Err(format!("no method {name}")),
        },
        ("abs", [Data::Int(a)]) => int(a.checked_abs()),
        ("signum", [Data::Int(a)]) => Ok(Data::Int(a.signum())),
        ("unsigned_abs", [Data::Int(a)]) => int(a.checked_abs()),
        ("is_positive", [Data::Int(a)]) => Ok(Data::Bool(*a > 0)),
        ("is_negative", [Data::Int(a)]) => Ok(Data::Bool(*a < 0)),
        ("is_power_of_two", [Data::Int(a)]) => Ok(Data::Bool(*a > 0 && a & (a - 1) == 0)),
        ("count_ones", [Data::Int(a)]) => Ok(Data::Int(i128::from(a.count_ones()))),
        ("trailing_zeros", [Data::Int(a)]) => Ok(Data::Int(i128::from(a.trailing_zeros()))),
        ("isqrt", [Data::Int(a)]) if *a >= 0 => Ok(Data::Int(a.isqrt())),
        ("ilog2", [Data::Int(a)]) if *a > 0 => Ok(Data::Int(i128::from(a.ilog2()))),
        ("pow", [Data::Int(a), Data::Int(b)]) => {
            int(u32::try_from(*b).ok().and_then(|b| a.checked_pow(b)))
        }
        ("min", [Data::Int(a), Data::Int(b)]) => Ok(Data::Int(*a.min(b))),
        ("max", [Data::Int(a), Data::Int(b)]) => Ok(Data::Int(*a.max(b))),
        ("clamp", [Data::Int(a), Data::Int(b), Data::Int(c)]) => {
            int_rule(Rule::Clamp, &[*a, *b, *c], ty).map(Data::Int)
        }
        ("abs_diff", [Data::Int(a), Data::Int(b)]) => int(a.checked_sub(*b).map(i128::abs)),
        ("rem_euclid", [Data::Int(a), Data::Int(b)]) => int(a.checked_rem_euclid(*b)),
        ("div_euclid", [Data::Int(a), Data::Int(b)]) => int(a.checked_div_euclid(*b)),
        ("div_ceil", [Data::Int(a), Data::Int(b)]) if *b > 0 => int(Some((a + b - 1) / b)),
        ("wrapping_add", [Data::Int(a), Data::Int(b)]) => {
            Ok(Data::Int(wrap(a.wrapping_add(*b), ty)))
        }
        ("wrapping_sub", [Data::Int(a), Data::Int(b)]) => {
            Ok(Data::Int(wrap(a.wrapping_sub(*b), ty)))
        }
        ("wrapping_mul", [Data::Int(a), Data::Int(b)]) => {
            Ok(Data::Int(wrap(a.wrapping_mul(*b), ty)))
        }
        ("saturating_add" | "saturating_sub" | "saturating_mul", [Data::Int(a), Data::Int(b)]) => {
            let value = match name {
                "saturating_add" => a.saturating_add(*b),
                "saturating_sub" => a.saturating_sub(*b),
                _ => a.saturating_mul(*b),
            };
            let (low, high) = bounds(ty);
            Ok(Data::Int(value.clamp(low, high)))
        }
        (name, args) => Err(format!("no method {name} of {args:?}")),
    }
}
