//! `#[derive(Differentiable)]`: the tangent type of a struct or an enum, and what makes it a vector space.
//!
//! `fields` says which fields have a derivative, `generics` what of the generics the tangent type needs, `types` writes the
//! type and the impls that hold for both, `space` walks over the fields for the impls that differ from shape to shape.

mod fields;
mod generics;
mod space;
mod types;

pub use space::accessor;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;

use self::fields::{Field, Variant};
use crate::error::Errors;

/// What the derive was put on.
struct Input {
    item: syn::DeriveInput,
    /// The name of the tangent type.
    tangent: syn::Ident,
    /// One, without a name of its own, for a struct.
    variants: Vec<Variant>,
    is_enum: bool,
    /// Where the runtime is.
    runtime: TokenStream,
}

impl Input {
    fn all_fields(&self) -> impl Iterator<Item = &Field> {
        self.variants.iter().flat_map(|variant| &variant.fields)
    }

    /// The fields that have a derivative.
    fn active(&self) -> impl Iterator<Item = &Field> {
        self.all_fields().filter(|field| field.tangent.is_some())
    }
}

/// `#[derive(Differentiable)] item`.
pub fn derive(item: TokenStream) -> TokenStream {
    crate::last_resort::or_report(&item, || {
        let mut errors = Errors::default();
        let generated = expand(item.clone(), &mut errors);
        if errors.is_empty()
            && let Ok(item) = syn::parse2(item.clone())
        {
            // All else is there, so that this is the only error.
            fields::without_tangents(&item, &mut errors);
            let missing = errors.finish();
            return quote!(#generated #missing);
        }
        errors.finish().or(generated).unwrap_or_default()
    })
}

fn expand(item: TokenStream, errors: &mut Errors) -> Option<TokenStream> {
    let item: syn::DeriveInput = match syn::parse2(item) {
        Ok(item) => item,
        Err(error) => {
            errors.push(error);
            return None;
        }
    };
    let runtime = fields::runtime(&item, errors);
    let (variants, is_enum) = match &item.data {
        syn::Data::Struct(data) => (vec![fields::structure(&data.fields, &runtime, errors)], false),
        syn::Data::Enum(data) => {
            let of = |variant| fields::variant(variant, &runtime, errors);
            (data.variants.iter().map(of).collect(), true)
        }
        syn::Data::Union(data) => {
            errors.at(
                data.union_token,
                "a union has no derivative, because which of its fields is there is not known; write an `enum`",
            );
            return None;
        }
    };
    if variants.is_empty() {
        errors.at(
            &item.ident,
            "this enum has no variants, and so no values that could be differentiated; leave the derive out",
        );
        return None;
    }
    if !errors.is_empty() {
        return None;
    }
    let tangent = format_ident!("{}Tangent", item.ident.unraw(), span = item.ident.span());
    let input = Input { item, tangent, variants, is_enum, runtime };
    let ty = types::declaration(&input);
    let differentiable = space::differentiable(&input);
    let vector_space = space::vector_space(&input);
    let operators = types::operators(&input);
    let rest = types::for_generated_code(&input);
    Some(quote!(#ty #differentiable #vector_space #operators #rest))
}
