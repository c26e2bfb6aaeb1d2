//! The contract's tables of shapes, from a type as the user wrote it: what a gradient is, and what its buffer is.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{GenericArgument, PathArguments, Type, TypePath};

/// `G` of a parameter: `&[T] -> Vec<T>`, `[T; N] -> [T; N]`, ..
pub fn gradient(ty: &Type, runtime: &TokenStream) -> TokenStream {
    match bare(ty) {
        Type::Reference(reference) => gradient(&reference.elem, runtime),
        Type::Slice(slice) => {
            let of = gradient(&slice.elem, runtime);
            quote!(#runtime::alloc::vec::Vec<#of>)
        }
        Type::Array(array) => {
            let (of, len) = (gradient(&array.elem, runtime), &array.len);
            quote!([#of; #len])
        }
        Type::Tuple(tuple) if tuple.elems.is_empty() => quote!(()),
        Type::Tuple(tuple) => {
            let of = tuple.elems.iter().map(|ty| gradient(ty, runtime));
            quote!((#(#of,)*))
        }
        ty => match (vector_element(ty), plain(ty)) {
            (Some(of), _) => {
                let of = gradient(of, runtime);
                quote!(#runtime::alloc::vec::Vec<#of>)
            }
            (None, Some(Plain::Float)) => quote!(#ty),
            (None, Some(Plain::Constant)) => quote!(#runtime::NoDerivative),
            (None, None) => {
                if let Some(of) = held(ty, "Option") {
                    let of = gradient(of, runtime);
                    quote!(::core::option::Option<#of>)
                } else if let Some(of) = held(ty, "Box") {
                    let of_slice = matches!(bare(of), Type::Slice(_));
                    let of = gradient(of, runtime);
                    if of_slice { of } else { quote!(#runtime::alloc::boxed::Box<#of>) }
                } else {
                    let ty = with_static(ty);
                    quote!(<#ty as #runtime::Differentiable>::Tangent)
                }
            }
        },
    }
}

/// The type with the longest of lifetimes: tangents borrow nothing, and an elided lifetime has no place in the type of a result.
fn with_static(ty: &Type) -> Type {
    struct Static;
    impl syn::visit_mut::VisitMut for Static {
        fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
            reference.lifetime = Some(syn::Lifetime::new("'static", reference.and_token.span));
            syn::visit_mut::visit_type_reference_mut(self, reference);
        }

        fn visit_lifetime_mut(&mut self, lifetime: &mut syn::Lifetime) {
            *lifetime = syn::Lifetime::new("'static", lifetime.span());
        }
    }
    let mut ty = ty.clone();
    syn::visit_mut::VisitMut::visit_type_mut(&mut Static, &mut ty);
    ty
}

/// What an adjoint of a parameter passed by reference is behind its `&mut`, and what `f_grad_into` overwrites.
pub fn buffer(ty: &Type, runtime: &TokenStream) -> TokenStream {
    match bare(ty) {
        Type::Reference(reference) => buffer(&reference.elem, runtime),
        Type::Slice(slice) => {
            let of = gradient(&slice.elem, runtime);
            quote!([#of])
        }
        ty => match (vector_element(ty), plain(ty), ty) {
            (Some(of), ..) => {
                let of = gradient(of, runtime);
                quote!([#of])
            }
            // What is behind it is no slice, since it has methods of ours.
            (None, None, Type::Path(path)) if path.path.is_ident("Self") => gradient(ty, runtime),
            (None, None, Type::Path(_)) => {
                let ty = with_static(ty);
                quote!(<#ty as #runtime::Differentiable>::Buffer)
            }
            _ => gradient(ty, runtime),
        },
    }
}

/// The Jacobian of a result: its type, with `row` in the place of each float.
pub fn rows(ty: &Type, row: &TokenStream, runtime: &TokenStream) -> TokenStream {
    match bare(ty) {
        Type::Reference(reference) => rows(&reference.elem, row, runtime),
        Type::Slice(slice) => {
            let of = rows(&slice.elem, row, runtime);
            quote!(#runtime::alloc::vec::Vec<#of>)
        }
        Type::Array(array) => {
            let (of, len) = (rows(&array.elem, row, runtime), &array.len);
            quote!([#of; #len])
        }
        Type::Tuple(tuple) => {
            let of = tuple.elems.iter().map(|ty| rows(ty, row, runtime));
            quote!((#(#of,)*))
        }
        ty => match (vector_element(ty), plain(ty)) {
            (Some(of), _) => {
                let of = rows(of, row, runtime);
                quote!(#runtime::alloc::vec::Vec<#of>)
            }
            (None, Some(Plain::Float)) => row.clone(),
            (None, Some(Plain::Constant)) => quote!(#runtime::NoDerivative),
            (None, None) => {
                let tangent = gradient(ty, runtime);
                quote!(<#tangent as #runtime::Rows>::Rows<#row>)
            }
        },
    }
}

/// Zeros in the shape of `value`, which has this type or is a reference to it.
pub fn zero(ty: &Type, value: &TokenStream, runtime: &TokenStream) -> TokenStream {
    match bare(ty) {
        Type::Reference(reference) if !is_sequence(ty) => zero(&reference.elem, value, runtime),
        Type::Tuple(tuple) if !tuple.elems.is_empty() => {
            let of = tuple.elems.iter().enumerate().map(|(i, ty)| {
                let i = proc_macro2::Literal::usize_unsuffixed(i);
                zero(ty, &quote!(#value.#i), runtime)
            });
            quote!((#(#of,)*))
        }
        ty => match plain(ty) {
            Some(Plain::Float) => quote!(0.0),
            Some(Plain::Constant) => quote!(#runtime::NoDerivative),
            None => quote!(#runtime::zero_like(&#value)),
        },
    }
}

/// How many numbers a value has.
#[derive(Debug)]
pub enum Dimension {
    /// Known to the macro.
    Number(u64),
    /// An expression: of constants, or of what is at hand.
    Tokens(TokenStream),
    /// Known once there is a value.
    Unknown,
}

impl Dimension {
    pub fn tokens(&self) -> TokenStream {
        match self {
            Dimension::Number(n) => {
                proc_macro2::TokenTree::from(proc_macro2::Literal::u64_unsuffixed(*n)).into()
            }
            Dimension::Tokens(tokens) => tokens.clone(),
            Dimension::Unknown => TokenStream::new(),
        }
    }

    pub fn plus(self, other: Dimension) -> Dimension {
        match (self, other) {
            (Dimension::Unknown, _) | (_, Dimension::Unknown) => Dimension::Unknown,
            (Dimension::Number(a), Dimension::Number(b)) => Dimension::Number(a + b),
            (Dimension::Number(0), other) | (other, Dimension::Number(0)) => other,
            (a, b) => {
                let (a, b) = (a.tokens(), b.tokens());
                Dimension::Tokens(quote!(#a + #b))
            }
        }
    }

    fn times(self, other: Dimension) -> Dimension {
        match (self, other) {
            (Dimension::Unknown, _) | (_, Dimension::Unknown) => Dimension::Unknown,
            (Dimension::Number(a), Dimension::Number(b)) => Dimension::Number(a * b),
            (Dimension::Number(1), other) | (other, Dimension::Number(1)) => other,
            (a, b) => {
                let (a, b) = (a.tokens(), b.tokens());
                Dimension::Tokens(quote!((#a) * (#b)))
            }
        }
    }
}

/// The dimension of a type; of `value`, where that is at hand and the type does not tell.
pub fn dimension(ty: &Type, value: Option<&TokenStream>, runtime: &TokenStream) -> Dimension {
    let length = |of: &Type| match (value, dimension(of, None, runtime)) {
        (_, Dimension::Unknown) | (None, _) => None,
        (Some(value), element) => Some(Dimension::Tokens(quote!(#value.len())).times(element)),
    };
    let known = match bare(ty) {
        Type::Reference(reference) => return dimension(&reference.elem, value, runtime),
        Type::Slice(slice) => length(&slice.elem),
        Type::Array(array) => {
            let mut len = &array.len;
            // As a macro passes it on.
            while let syn::Expr::Group(syn::ExprGroup { expr, .. })
            | syn::Expr::Paren(syn::ExprParen { expr, .. }) = len
            {
                len = expr;
            }
            let len = match len {
                syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(int), .. }) => {
                    int.base10_parse().ok().map(Dimension::Number)
                }
                len => Some(Dimension::Tokens(quote!(#len))),
            };
            match dimension(&array.elem, None, runtime) {
                Dimension::Unknown => None,
                element => len.map(|len| len.times(element)),
            }
        }
        Type::Tuple(tuple) => {
            let sum = tuple
                .elems
                .iter()
                .fold(Dimension::Number(0), |sum, ty| sum.plus(dimension(ty, None, runtime)));
            (!matches!(sum, Dimension::Unknown)).then_some(sum)
        }
        ty => match (vector_element(ty), plain(ty)) {
            (Some(of), _) => length(of),
            (None, Some(Plain::Float)) => Some(Dimension::Number(1)),
            (None, Some(Plain::Constant)) => Some(Dimension::Number(0)),
            (None, None) => None,
        },
    };
    match (known, value) {
        (Some(known), _) => known,
        (None, Some(value)) => {
            let zero = zero(ty, value, runtime);
            Dimension::Tokens(quote!(#runtime::VectorSpace::dimension(&#zero)))
        }
        (None, None) => Dimension::Unknown,
    }
}

/// The type of the numbers in a value, which may be one of the type parameters `floats`; `f64` where the type does not tell.
pub fn scalar(ty: &Type, floats: &[String]) -> TokenStream {
    fn find(ty: &Type, floats: &[String]) -> Option<TokenStream> {
        let is_param = |ty: &Type| match ty {
            Type::Path(path) => floats.iter().any(|of| path.path.is_ident(of)),
            _ => false,
        };
        match bare(ty) {
            Type::Reference(reference) => find(&reference.elem, floats),
            Type::Slice(slice) => find(&slice.elem, floats),
            Type::Array(array) => find(&array.elem, floats),
            Type::Tuple(tuple) => tuple.elems.iter().find_map(|ty| find(ty, floats)),
            ty => match (vector_element(ty), plain(ty)) {
                (Some(of), _) => find(of, floats),
                (None, Some(Plain::Float)) => Some(quote!(#ty)),
                (None, None) if is_param(ty) => Some(quote!(#ty)),
                (None, _) => None,
            },
        }
    }
    find(ty, floats).unwrap_or_else(|| quote!(f64))
}

/// Whether the type is a slice behind a reference.
pub fn is_slice(ty: &Type) -> bool {
    matches!(behind(ty), Type::Slice(_))
}

/// The zero gradient in the shape of `of`, part by part where a part has none.
pub fn zeros(ty: &Type, of: TokenStream, runtime: &TokenStream) -> TokenStream {
    match parts(ty) {
        Some(types) if !types.is_empty() => {
            let of = types.iter().enumerate().map(|(i, ty)| {
                let i = syn::Index::from(i);
                zeros(ty, quote!(#of.#i), runtime)
            });
            quote!((#(#of,)*))
        }
        _ if is_constant(ty) => quote!(#runtime::NoDerivative),
        _ => quote!(#runtime::zero_like(&#of)),
    }
}

/// Whether the type is a slice or a vector (behind a reference or not), so that its gradient is on the heap.
pub fn is_sequence(ty: &Type) -> bool {
    match bare(ty) {
        Type::Reference(reference) => is_sequence(&reference.elem),
        Type::Slice(_) => true,
        ty => vector_element(ty).is_some(),
    }
}

/// Whether the gradient or something in it is on the heap.
pub fn needs_heap(ty: &Type) -> bool {
    match bare(ty) {
        Type::Reference(reference) => needs_heap(&reference.elem),
        Type::Slice(_) => true,
        Type::Array(array) => needs_heap(&array.elem),
        Type::Tuple(tuple) => tuple.elems.iter().any(needs_heap),
        ty if held(ty, "Box").is_some() => true,
        ty => {
            vector_element(ty).or_else(|| held(ty, "Option").filter(|of| needs_heap(of))).is_some()
        }
    }
}

/// The element of a slice or vector, if that is a plain float.
pub fn has_float_elements(ty: &Type) -> bool {
    match bare(ty) {
        Type::Reference(reference) => has_float_elements(&reference.elem),
        Type::Slice(slice) => is_float(&slice.elem),
        Type::Array(array) => is_float(&array.elem),
        ty => vector_element(ty).is_some_and(is_float),
    }
}

pub fn is_float(ty: &Type) -> bool {
    plain(bare(ty)) == Some(Plain::Float)
}

/// The types of a tuple's fields.
pub fn parts(ty: &Type) -> Option<&syn::punctuated::Punctuated<Type, syn::Token![,]>> {
    match bare(ty) {
        Type::Tuple(tuple) => Some(&tuple.elems),
        _ => None,
    }
}

/// A plain type that has no derivative.
pub fn is_constant(ty: &Type) -> bool {
    plain(bare(ty)) == Some(Plain::Constant)
}

/// Without parentheses and the groups that other macros leave.
pub fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Paren(inner) => bare(&inner.elem),
        Type::Group(inner) => bare(&inner.elem),
        ty => ty,
    }
}

/// Without the reference.
pub fn behind(ty: &Type) -> &Type {
    match bare(ty) {
        Type::Reference(reference) => bare(&reference.elem),
        ty => ty,
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Plain {
    Float,
    Constant,
}

/// The type with lanes in the place of its floats; `None` where there is something whose numbers are not seen.
pub fn lanes(ty: &Type, count: &proc_macro2::Ident, runtime: &TokenStream) -> Option<Type> {
    Some(match bare(ty) {
        Type::Reference(reference) => {
            let of = lanes(&reference.elem, count, runtime)?;
            Type::Reference(syn::TypeReference { elem: Box::new(of), ..reference.clone() })
        }
        Type::Slice(slice) => {
            let of = lanes(&slice.elem, count, runtime)?;
            Type::Slice(syn::TypeSlice { elem: Box::new(of), ..slice.clone() })
        }
        Type::Array(array) => {
            let of = lanes(&array.elem, count, runtime)?;
            Type::Array(syn::TypeArray { elem: Box::new(of), ..array.clone() })
        }
        Type::Tuple(tuple) => {
            let of = tuple.elems.iter().map(|ty| lanes(ty, count, runtime));
            let elems = of.collect::<Option<_>>()?;
            Type::Tuple(syn::TypeTuple { elems, ..tuple.clone() })
        }
        ty => match (vector_element(ty), plain(ty)) {
            (Some(of), _) => {
                let of = lanes(of, count, runtime)?;
                syn::parse_quote!(Vec<#of>)
            }
            (None, Some(Plain::Float)) => Type::Verbatim(quote!(#runtime::Lanes<#ty, #count>)),
            (None, Some(Plain::Constant)) => ty.clone(),
            (None, None) => return None,
        },
    })
}

fn plain(ty: &Type) -> Option<Plain> {
    // As [`lanes`] makes them.
    if let Type::Verbatim(_) = ty {
        return Some(Plain::Float);
    }
    let Type::Path(TypePath { qself: None, path }) = ty else { return None };
    let name = path.get_ident()?.to_string();
    match name.as_str() {
        "f32" | "f64" => Some(Plain::Float),
        "bool" | "char" | "str" | "i8" | "i16" | "i32" | "i64" | "i128" | "isize" | "u8"
        | "u16" | "u32" | "u64" | "u128" | "usize" => Some(Plain::Constant),
        _ => None,
    }
}

pub fn vector_element(ty: &Type) -> Option<&Type> {
    held(ty, "Vec").or_else(|| match bare(held(ty, "Box")?) {
        Type::Slice(slice) => Some(&slice.elem),
        _ => None,
    })
}

/// `Option<&T>`.
pub fn is_optional_reference(ty: &Type) -> bool {
    let held = held(ty, "Option").map(bare);
    matches!(held, Some(Type::Reference(of)) if of.mutability.is_none())
}

/// What a `Vec`, a `Box` or an `Option` holds.
pub fn held<'a>(ty: &'a Type, by: &str) -> Option<&'a Type> {
    let Type::Path(TypePath { qself: None, path }) = bare(ty) else { return None };
    let last = path.segments.last()?;
    if last.ident != by {
        return None;
    }
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
            GenericArgument::Type(of) => Some(of),
            _ => None,
        },
        _ => None,
    }
}
