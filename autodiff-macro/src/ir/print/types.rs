//! Types as Rust writes them.

use std::fmt;

use quote::ToTokens;

use super::operands::{callee, tight};
use crate::ir::{Float, Int, Type};

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Float(Float::F32) => f.write_str("f32"),
            Type::Float(Float::F64) => f.write_str("f64"),
            Type::Float(Float::Literal) => f.write_str("{float}"),
            Type::Float(Float::Generic(name) | Float::Alias(name)) => write!(f, "{name}"),
            Type::Float(Float::Lanes(of)) => write!(f, "lanes<{of}>"),
            Type::Int(int) => f.write_str(match int {
                Int::I8 => "i8",
                Int::I16 => "i16",
                Int::I32 => "i32",
                Int::I64 => "i64",
                Int::I128 => "i128",
                Int::Isize => "isize",
                Int::U8 => "u8",
                Int::U16 => "u16",
                Int::U32 => "u32",
                Int::U64 => "u64",
                Int::U128 => "u128",
                Int::Usize => "usize",
                Int::Literal => "{integer}",
            }),
            Type::Bool => f.write_str("bool"),
            Type::Opaque => f.write_str("opaque"),
            Type::Array(of, length) => match length.known {
                Some(known) => write!(f, "[{of}; {known}]"),
                None => write!(f, "[{of}; {}]", tight(&length.tokens.to_string())),
            },
            Type::Slice(of) => write!(f, "[{of}]"),
            Type::Vec(of) => write!(f, "Vec<{of}>"),
            Type::Tuple(of) => {
                f.write_str("(")?;
                for (i, ty) in of.iter().enumerate() {
                    write!(f, "{}{ty}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str(")")
            }
            Type::KeptTangent(of) => write!(f, "kept'<{}>", callee(of)),
            Type::Kept(of) => write!(f, "kept<{}>", callee(of)),
            Type::Option(of) => write!(f, "Option<{of}>"),
            Type::Named(of) => match &of.ty {
                Some(ty) => f.write_str(&tight(&ty.to_token_stream().to_string())),
                None => f.write_str("_"),
            },
            Type::Unknown => f.write_str("_"),
        }
    }
}
