//! Which types can stand for each other.

use crate::ir::{Float, Int, Type};

/// Whether a type can stand for another, as far as both are known.
pub(super) fn fits(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (a, b) if a.is_open() || b.is_open() => true,
        // A name may be that of either float.
        (Type::Float(Float::Alias(_)), Type::Float(y)) => !matches!(y, Float::Generic(_)),
        (Type::Float(x), Type::Float(Float::Alias(_))) => !matches!(x, Float::Generic(_)),
        (Type::Float(x), Type::Float(y)) => x == y || *x == Float::Literal || *y == Float::Literal,
        // An integer in a field whose type is not seen.
        (Type::Int(Int::Literal), Type::Opaque) | (Type::Opaque, Type::Int(Int::Literal)) => true,
        (Type::Int(x), Type::Int(y)) => x == y || *x == Int::Literal || *y == Int::Literal,
        (Type::Array(x, n), Type::Array(y, m)) => {
            // Lengths that are written differently may be equal; the compiler knows.
            fits(x, y) && (n.known.is_none() || m.known.is_none() || n == m)
        }
        // A slice can be of either; a copy of a slice is a vector.
        (Type::Array(x, _) | Type::Slice(x) | Type::Vec(x), Type::Slice(y))
        | (Type::Slice(x), Type::Array(y, _) | Type::Vec(y))
        | (Type::Vec(x), Type::Vec(y)) => fits(x, y),
        (Type::Tuple(x), Type::Tuple(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|(x, y)| fits(x, y))
        }
        (Type::Option(x), Type::Option(y)) => fits(x, y),
        (a, b) => a == b,
    }
}

/// The type of the scalars in a type.
pub(super) fn leaf(ty: &Type) -> Type {
    match ty {
        Type::Tuple(_) => Type::Unknown,
        ty => ty.element().map_or_else(|| ty.clone(), leaf),
    }
}

pub(super) fn vec_depth(ty: &Type) -> usize {
    match ty {
        Type::Vec(of) => 1 + vec_depth(of),
        Type::Array(of, _) => vec_depth(of),
        _ => 0,
    }
}

pub(super) fn holds_vec(ty: &Type) -> bool {
    match ty {
        Type::Vec(_) => true,
        Type::Array(of, _) => holds_vec(of),
        Type::Tuple(of) => of.iter().any(holds_vec),
        _ => false,
    }
}
