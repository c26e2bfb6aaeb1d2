//! Rust types as the IR has them.

use quote::ToTokens;

use super::Reader;
use crate::{
    emit::tangent,
    ir::{Float, Int, Length, Type, TypeName},
};

pub fn float_named(name: &str) -> Option<Type> {
    match name {
        "f32" => Some(Type::Float(Float::F32)),
        "f64" => Some(Type::Float(Float::F64)),
        _ => None,
    }
}

pub fn int_named(name: &str) -> Option<Type> {
    let int = match name {
        "i8" => Int::I8,
        "i16" => Int::I16,
        "i32" => Int::I32,
        "i64" => Int::I64,
        "i128" => Int::I128,
        "isize" => Int::Isize,
        "u8" => Int::U8,
        "u16" => Int::U16,
        "u32" => Int::U32,
        "u64" => Int::U64,
        "u128" => Int::U128,
        "usize" => Int::Usize,
        _ => return None,
    };
    Some(Type::Int(int))
}

pub fn scalar_named(name: &str) -> Option<Type> {
    float_named(name).or_else(|| int_named(name)).or(match name {
        "bool" => Some(Type::Bool),
        "char" | "str" | "String" => Some(Type::Opaque),
        _ => None,
    })
}

/// Whether this is the name of a primitive type of numbers.
pub fn is_number(name: &str) -> bool {
    float_named(name).is_some() || int_named(name).is_some()
}

pub const USIZE: Type = Type::Int(Int::Usize);

/// The type of what is one or the other.
pub fn join(a: &Type, b: &Type) -> Type {
    match (a, b) {
        (Type::Float(Float::Literal), Type::Float(_)) | (Type::Int(Int::Literal), Type::Int(_)) => {
            b.clone()
        }
        (Type::Unknown, Type::Float(Float::Literal) | Type::Int(Int::Literal)) => a.clone(),
        (Type::Unknown, b) => b.clone(),
        (Type::Tuple(a), Type::Tuple(b)) if a.len() == b.len() => {
            Type::Tuple(a.iter().zip(b).map(|(a, b)| join(a, b)).collect())
        }
        (a, _) => a.clone(),
    }
}

pub fn is_scalar(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Float(_)
            | Type::Int(_)
            | Type::Bool
            | Type::Opaque
            | Type::Kept(_)
            | Type::KeptTangent(_)
            | Type::Option(_)
    )
}

pub fn is_memory(ty: &Type) -> bool {
    matches!(ty, Type::Array(..) | Type::Slice(_) | Type::Vec(_) | Type::Named(_))
}

/// The integer that an expression is, if it is written there.
pub fn literal_integer(expr: &syn::Expr) -> Option<u64> {
    match expr {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(lit), .. }) => lit.base10_parse().ok(),
        syn::Expr::Paren(e) => literal_integer(&e.expr),
        syn::Expr::Group(e) => literal_integer(&e.expr),
        syn::Expr::Block(b) => match b.block.stmts.as_slice() {
            [syn::Stmt::Expr(e, None)] => literal_integer(e),
            _ => None,
        },
        _ => None,
    }
}

impl Reader<'_> {
    pub fn length(&self, expr: &syn::Expr) -> Length {
        let named = match expr {
            syn::Expr::Path(path) => path.path.get_ident().and_then(|ident| {
                self.items.iter().find_map(|item| match item {
                    syn::Item::Const(c) if c.ident == *ident => literal_integer(&c.expr),
                    _ => None,
                })
            }),
            _ => None,
        };
        Length { tokens: expr.to_token_stream(), known: literal_integer(expr).or(named) }
    }

    /// Reports what has no place in the language.
    pub fn ty(&mut self, ty: &syn::Type) -> Type {
        match ty {
            syn::Type::Paren(ty) => self.ty(&ty.elem),
            syn::Type::Group(ty) => self.ty(&ty.elem),
            syn::Type::Infer(_) => Type::Unknown,
            syn::Type::Never(_) => Type::Opaque,
            syn::Type::Array(array) => {
                let of = self.element_type(&array.elem);
                Type::Array(Box::new(of), self.length(&array.len))
            }
            syn::Type::Slice(slice) => Type::Slice(Box::new(self.element_type(&slice.elem))),
            syn::Type::Tuple(tuple) => {
                Type::Tuple(tuple.elems.iter().map(|ty| self.element_type(ty)).collect())
            }
            // The reference itself is dealt with where it can stand.
            syn::Type::Reference(r) => self.ty(&r.elem),
            syn::Type::Path(path) => self.path_type(path),
            syn::Type::Ptr(_) => self.bad_type(
                ty,
                "raw pointers cannot be differentiated, because what they point to is not known; take a \
                 slice or a reference",
            ),
            syn::Type::TraitObject(_) => self.bad_type(
                ty,
                "`dyn` calls cannot be differentiated, because the function called is known only when the \
                 program runs; take a concrete type, or `impl Fn(..)` for a function",
            ),
            syn::Type::ImplTrait(_) => self.bad_type(
                ty,
                "`impl Trait` cannot be differentiated, because the macro must know which values have \
                 derivatives; write a concrete type such as `f64`, `[f64; N]` or `&[f64]`",
            ),
            syn::Type::BareFn(_) => self.bad_type(
                ty,
                "a function pointer cannot be differentiated, because the function called is known only \
                 when the program runs; take `impl Fn(..)`, or call a `#[grad]` function by its name",
            ),
            _ => self.bad_type(
                ty,
                "this type is outside of what can be differentiated; write numbers, `bool`, tuples, arrays, \
                 slices or `Vec`s of these",
            ),
        }
    }

    fn element_type(&mut self, ty: &syn::Type) -> Type {
        if let syn::Type::Reference(r) = ty
            && !matches!(&*r.elem, syn::Type::Path(p) if p.path.is_ident("str"))
        {
            return self.bad_type(
                ty,
                "a reference inside of another type cannot be differentiated, because what it names can \
                 change; store the values themselves, as in `&[Vec<f64>]` or `&[[f64; N]]`, or pass the \
                 references as parameters of their own",
            );
        }
        // A part like one of a struct.
        if tangent::held(ty, "Option").is_some_and(|of| !matches!(of, syn::Type::Reference(_)))
            && let Some(named) = self.held_param(ty)
        {
            return named;
        }
        self.ty(ty)
    }

    fn path_type(&mut self, path: &syn::TypePath) -> Type {
        let Some(last) = path.path.segments.last() else { return Type::Unknown };
        let name = last.ident.to_string();
        if let Some(ty) = scalar_named(&name)
            && last.arguments.is_empty()
        {
            return ty;
        }
        if let Some(ty) = self.generic_type(path) {
            return ty;
        }
        if path.qself.is_some() {
            return self.bad_type(
                path,
                "an associated type cannot be differentiated, because the macro cannot see what it is; \
                 write the type itself",
            );
        }
        if path.path.get_ident().is_some()
            && let Some(param) = self.type_param(&name)
        {
            return param.ty();
        }
        let argument = match &last.arguments {
            syn::PathArguments::AngleBracketed(args) => args.args.iter().find_map(|a| match a {
                syn::GenericArgument::Type(ty) => Some(ty.clone()),
                _ => None,
            }),
            _ => None,
        };
        match (name.as_str(), argument) {
            ("Vec", Some(of)) => Type::Vec(Box::new(self.element_type(&of))),
            ("Self", _) => Type::named(syn::Type::Path(path.clone())),
            (_, None) if last.arguments.is_empty() => {
                if let Some(alias) = self.local_alias(&name) {
                    return self.ty(&alias);
                }
                self.named(path)
            }
            ("Option", Some(syn::Type::Reference(of))) if of.mutability.is_some() => {
                self.options_refused = true;
                self.bad_type(
                    path,
                    "an `Option` of a mutable reference cannot be differentiated, because what is written through it depends on \
                     whether it is there; take the reference itself, and a `bool` beside it",
                )
            }
            ("Option" | "Result", _) => {
                self.options_refused = true;
                self.bad_type(
                    path,
                    "`Option` and `Result` cannot be differentiated here; take or return the value itself, and a \
                     `bool` beside it if it may be missing",
                )
            }
            ("Box", Some(syn::Type::Slice(of))) => {
                Type::Vec(Box::new(self.element_type(&of.elem)))
            }
            ("Box", Some(of)) if !matches!(of, syn::Type::TraitObject(_)) => self.ty(&of),
            ("Box" | "Rc" | "Arc" | "Cell" | "RefCell" | "Cow", _) => self.bad_type(
                path,
                "smart pointers cannot be differentiated, because what they share is not known; take the \
                 value itself, or a reference to it",
            ),
            _ => self.named(path),
        }
    }

    /// A type of which only the name is known: a number, or something with parts.
    fn named(&self, path: &syn::TypePath) -> Type {
        if let Some(float) = self.float_alias(&path.path) {
            return float;
        }
        if self.numbers.contains(&path.path) {
            return Type::Unknown;
        }
        if let (Some(last), Some(declared)) = (path.path.segments.last(), &self.declared)
            && last.arguments.is_empty()
            && declared.is_plain_enum(&last.ident.to_string())
        {
            return Type::Opaque;
        }
        Type::named(syn::Type::Path(path.clone()))
    }

    /// A name for `f32` or `f64`.
    pub fn float_alias(&self, path: &syn::Path) -> Option<Type> {
        let plain = path.segments.last().is_some_and(|last| last.arguments.is_empty());
        (plain && self.numbers.is_float(path))
            .then(|| Type::Float(Float::Alias(TypeName::new(path))))
    }

    /// What comes before the last name of a path, if it is a name for a float: `Real` of `Real::EPSILON`.
    pub fn alias_of(&self, path: &syn::ExprPath) -> Option<Type> {
        let mut of = path.path.clone();
        of.segments.pop();
        of.segments.pop_punct();
        // The trait, where a function of a trait is named.
        let is_trait = of.segments.last().is_some_and(|last| last.ident == "Float");
        if path.qself.is_some() || of.segments.is_empty() || is_trait {
            return None;
        }
        self.float_alias(&of)
    }

    fn local_alias(&self, name: &str) -> Option<syn::Type> {
        self.items.iter().find_map(|item| match item {
            syn::Item::Type(alias) if alias.ident == name && alias.generics.params.is_empty() => {
                Some((*alias.ty).clone())
            }
            _ => None,
        })
    }

    fn bad_type(&mut self, at: impl ToTokens, message: &str) -> Type {
        self.errors.at(at, message);
        Type::Unknown
    }
}
