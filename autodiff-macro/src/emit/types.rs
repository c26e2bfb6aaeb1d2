//! Types and literals as tokens.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::expr::Expr;
use crate::ir::{Constant, Float, Int, Type};

/// The type as tokens; `_` where it is not known.
pub fn tokens(ty: &Type, runtime: &TokenStream) -> TokenStream {
    match ty {
        Type::Float(float) => match float {
            Float::F32 => quote!(f32),
            Float::F64 | Float::Literal => quote!(f64),
            Float::Generic(name) | Float::Alias(name) => name.tokens(),
            Float::Lanes(of) => {
                let of = of.tokens();
                quote!(#runtime::Lanes<#of>)
            }
        },
        Type::Int(int) => {
            int_name(*int).map_or_else(|| quote!(i32), |name| Ident(name).into_token_stream())
        }
        Type::Bool => quote!(bool),
        Type::Array(of, length) => {
            let of = tokens(of, runtime);
            let length = &length.tokens;
            quote!([#of; #length])
        }
        Type::Slice(of) => {
            let of = tokens(of, runtime);
            quote!([#of])
        }
        Type::Vec(of) => {
            let of = tokens(of, runtime);
            quote!(#runtime::alloc::vec::Vec<#of>)
        }
        Type::Tuple(of) => {
            let of = of.iter().map(|ty| tokens(ty, runtime));
            quote!((#(#of,)*))
        }
        // Where it must be named, `emit::kept` does.
        Type::Kept(_) | Type::KeptTangent(_) => quote!(_),
        Type::Option(of) => {
            let boxed = matches!(**of, Type::Kept(_) | Type::KeptTangent(_));
            let of = tokens(of, runtime);
            let of = if boxed { quote!(#runtime::alloc::boxed::Box<#of>) } else { of };
            quote!(::core::option::Option<#of>)
        }
        Type::Named(of) => match &of.ty {
            Some(ty) if of.tangent => quote!(<#ty as #runtime::Differentiable>::Tangent),
            Some(ty) => ty.to_token_stream(),
            None => quote!(_),
        },
        Type::Opaque | Type::Unknown => quote!(_),
    }
}

struct Ident(&'static str);

impl ToTokens for Ident {
    fn to_tokens(&self, out: &mut TokenStream) {
        proc_macro2::Ident::new(self.0, Span::mixed_site()).to_tokens(out);
    }
}

/// Whether every part of the type can be written down.
pub fn is_known(ty: &Type) -> bool {
    match ty {
        Type::Opaque | Type::Unknown => false,
        Type::Float(float) => *float != Float::Literal,
        Type::Int(int) => *int != Int::Literal,
        Type::Named(of) => of.ty.is_some(),
        Type::Bool | Type::Kept(_) | Type::KeptTangent(_) => true,
        Type::Array(of, _) | Type::Slice(of) | Type::Vec(of) | Type::Option(of) => is_known(of),
        Type::Tuple(of) => of.iter().all(is_known),
    }
}

/// Whether values of the type are copied when they are read.
pub fn is_copy(ty: &Type) -> bool {
    match ty {
        // Of a number, not of what a callee keeps.
        Type::Option(of) => matches!(**of, Type::Float(_) | Type::Int(_) | Type::Bool),
        Type::Kept(_) | Type::KeptTangent(_) | Type::Vec(_) | Type::Slice(_) | Type::Named(_) => {
            false
        }
        Type::Array(of, _) => is_copy(of),
        Type::Tuple(of) => of.iter().all(is_copy),
        _ => true,
    }
}

pub fn int_name(int: Int) -> Option<&'static str> {
    Some(match int {
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
        Int::Literal => return None,
    })
}

/// A float as the shortest literal that is this number.
pub fn float(value: f64, ty: &Type, runtime: &TokenStream, span: Span) -> Expr {
    if let Type::Float(Float::Generic(_)) = ty {
        let (of, number) =
            (tokens(ty, runtime), float(value, &Type::Float(Float::F64), runtime, span));
        let number = number.tokens();
        return Expr::atom(quote_spanned!(span=> #runtime::generic::number::<#of>(#number)));
    }
    if let Type::Float(Float::Lanes(of)) = ty {
        let (of, number) = (of.tokens(), float(value, &Type::Float(Float::F64), runtime, span));
        let number = number.tokens();
        return Expr::atom(quote_spanned!(span=> #runtime::Lanes::<#of>::splat(#number)));
    }
    if let Type::Float(Float::Alias(name)) = ty
        && !value.is_finite()
    {
        let (of, name) = (name.tokens(), non_finite(value, span));
        return Expr::atom(quote_spanned!(span=> <#of>::#name));
    }
    let name = match ty {
        Type::Float(Float::F32) => quote_spanned!(span=> f32),
        _ => quote_spanned!(span=> f64),
    };
    if !value.is_finite() {
        let of = non_finite(value, span);
        return Expr::atom(quote_spanned!(span=> ::core::#name::#of));
    }
    let mut literal = match ty {
        Type::Float(Float::F32) => Literal::f32_unsuffixed(value.abs() as f32),
        _ => Literal::f64_unsuffixed(value.abs()),
    };
    literal.set_span(span);
    if value.is_sign_negative() {
        Expr::literal(quote_spanned!(span=> -#literal), true)
    } else {
        Expr::literal(literal.into_token_stream(), false)
    }
}

fn non_finite(value: f64, span: Span) -> TokenStream {
    if value.is_nan() {
        quote_spanned!(span=> NAN)
    } else if value > 0.0 {
        quote_spanned!(span=> INFINITY)
    } else {
        quote_spanned!(span=> NEG_INFINITY)
    }
}

/// A literal with its type, for a place that does not tell it.
pub fn suffixed(constant: &Constant, ty: &Type, runtime: &TokenStream, span: Span) -> Option<Expr> {
    if let Type::Float(Float::Alias(_)) = ty
        && let Constant::Float(value, digits) = constant
        && value.is_finite()
    {
        let of = tokens(ty, runtime);
        let literal: TokenStream = match digits {
            Some(digits) => digits.parse().ok()?,
            None => float(*value, ty, runtime, span).tokens(),
        };
        return Some(Expr::atom(quote_spanned!(span=> (#literal as #of))));
    }
    let suffix = match ty {
        Type::Float(Float::F32) => "f32",
        Type::Float(Float::Generic(_) | Float::Lanes(_)) => return None,
        Type::Float(_) => "f64",
        Type::Int(int) => int_name(*int)?,
        _ => return None,
    };
    let (digits, negative) = match constant {
        Constant::Float(_, Some(digits)) => {
            let plain = digits.strip_prefix('-').unwrap_or(digits);
            if plain.ends_with(suffix) {
                return None;
            }
            let plain = plain.strip_suffix('.').unwrap_or(plain);
            (plain.to_string(), digits.starts_with('-'))
        }
        Constant::Float(value, None) if value.is_finite() => {
            (format!("{:?}", value.abs()), value.is_sign_negative())
        }
        Constant::Int(value) => (value.unsigned_abs().to_string(), *value < 0),
        _ => return None,
    };
    if digits.contains("f32") || digits.contains("f64") || digits.contains("0x") {
        return None;
    }
    let mut literal: Literal = format!("{digits}_{suffix}").parse().ok()?;
    literal.set_span(span);
    Some(if negative {
        Expr::literal(quote_spanned!(span=> -#literal), true)
    } else {
        Expr::literal(literal.into_token_stream(), false)
    })
}
