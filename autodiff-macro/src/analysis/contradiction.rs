//! Types that are never one. Where two of these meet, the compiler refuses the function, and says it better.

use crate::ir::{Float, Int, Type};

/// Whether no value has both types: one is a float of known width, the other a float of another width, an integer or a `bool`.
///
/// Of literals and of what stands for a value that nobody reads, little is known; of integers, only what they are not: which of
/// them an index has is the business of who is indexed.
pub fn between(a: &Type, b: &Type) -> bool {
    use Type::{Bool, Float as F, Int as I};
    match (a, b) {
        (F(Float::F32), F(Float::F64)) | (F(Float::F64), F(Float::F32)) => true,
        (float, I(_) | Bool) | (I(_) | Bool, float) if is_plain_float(float) => true,
        (Bool, I(int)) | (I(int), Bool) => *int != Int::Literal,
        _ => false,
    }
}

/// Whether this is a number or a `bool`, so that it has no parts, no fields and nothing to go over.
pub fn is_plain(ty: &Type) -> bool {
    match ty {
        Type::Float(_) => is_plain_float(ty),
        Type::Int(int) => *int != Int::Literal,
        ty => *ty == Type::Bool,
    }
}

pub fn is_plain_float(ty: &Type) -> bool {
    matches!(ty, Type::Float(Float::F32 | Float::F64))
}

pub fn is_unsigned(ty: &Type) -> bool {
    matches!(ty, Type::Int(Int::U8 | Int::U16 | Int::U32 | Int::U64 | Int::U128 | Int::Usize))
}

/// Whether no array is indexed by it.
pub fn is_no_index(ty: &Type) -> bool {
    is_plain(ty) && *ty != Type::Int(Int::Usize)
}
