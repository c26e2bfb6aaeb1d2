//! Literals and casts.

use quote::ToTokens;
use syn::spanned::Spanned;

use super::{
    Reader,
    env::{Bind, Want},
};
use crate::ir::{Constant, Float, Int, OpKind, Type};

impl Reader<'_> {
    pub fn literal(&mut self, lit: &syn::Lit, want: &Want) -> Bind {
        let span = lit.span();
        let (value, ty) = match lit {
            syn::Lit::Float(lit) => {
                let ty =
                    super::types::float_named(lit.suffix()).unwrap_or_else(|| wanted_float(want));
                let digits = lit.base10_digits().to_owned();
                (Constant::Float(digits.parse().unwrap_or(f64::NAN), Some(digits)), ty)
            }
            // `2f64` is a float.
            syn::Lit::Int(lit) if super::types::float_named(lit.suffix()).is_some() => {
                let ty = super::types::float_named(lit.suffix()).unwrap_or(Type::Unknown);
                let digits = format!("{}.0", lit.base10_digits());
                (Constant::Float(digits.parse().unwrap_or(f64::NAN), Some(digits)), ty)
            }
            syn::Lit::Int(lit) => {
                let ty = super::types::int_named(lit.suffix()).unwrap_or_else(|| match want.ty() {
                    Some(Type::Int(int)) => Type::Int(*int),
                    _ => Type::Int(Int::Literal),
                });
                match lit.base10_parse::<i128>() {
                    Ok(value) => (Constant::Int(value), ty),
                    // Larger than the IR's integers: only passed on.
                    Err(_) => (Constant::Tokens(lit.to_token_stream()), ty),
                }
            }
            syn::Lit::Bool(lit) => (Constant::Bool(lit.value), Type::Bool),
            syn::Lit::Byte(lit) => (Constant::Int(lit.value().into()), Type::Int(Int::U8)),
            syn::Lit::Char(lit) => (Constant::Tokens(lit.to_token_stream()), Type::Opaque),
            other => return Bind::Tokens(other.to_token_stream()),
        };
        Bind::Scalar(self.constant(value, ty, span))
    }

    pub fn cast(&mut self, e: &syn::ExprCast) -> Bind {
        // `relu as fn(f64) -> f64` is the function that it names.
        if let (syn::Type::BareFn(_), syn::Expr::Path(_)) = (&*e.ty, &*e.expr) {
            return self.value(&e.expr, &Want::Any);
        }
        let arg = self.scalar(&e.expr, &Want::Scalar);
        let ty = match &*e.ty {
            syn::Type::Infer(_) => {
                self.errors.at(&e.ty, "the type of this cast must be written, as in `as f64`");
                return Bind::Poison;
            }
            ty => self.ty(ty),
        };
        if self.is_of_nowhere(&e.ty) {
            return Bind::Poison;
        }
        if !matches!(ty, Type::Float(_) | Type::Int(_) | Type::Bool | Type::Opaque) {
            self.errors.at(
                &e.ty,
                "the macro cannot see what type this is, so that it cannot tell whether the cast drops the \
                 derivative; write a primitive type, as in `as f64` or `as usize`",
            );
            return Bind::Poison;
        }
        let span = e.span();
        if ty.is_int() {
            self.presume_declared_integer(arg, e.expr.span());
        }
        let out = self.function.new_value(ty.clone(), None, span);
        self.push(OpKind::Cast { out, arg, ty }, span);
        Bind::Scalar(out)
    }
}

fn wanted_float(want: &Want) -> Type {
    match want.ty() {
        Some(Type::Float(float)) => Type::Float(*float),
        _ => Type::Float(Float::Literal),
    }
}
