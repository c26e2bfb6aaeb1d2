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
            (None, None) => quote!(<#ty as #runtime::Differentiable>::Tangent),
        },
    }
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
            (None, None, Type::Path(_)) => quote!(<#ty as #runtime::Differentiable>::Buffer),
            _ => gradient(ty, runtime),
        },
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
        ty => vector_element(ty).is_some(),
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

fn plain(ty: &Type) -> Option<Plain> {
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
    let Type::Path(TypePath { qself: None, path }) = ty else { return None };
    let last = path.segments.last()?;
    if last.ident != "Vec" {
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
