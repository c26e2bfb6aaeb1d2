//! What is kept of an item, as text: tokens are not shared between threads.

use quote::ToTokens;
use syn::ext::IdentExt;

use super::Written;
use crate::maps::HashSet;

pub fn derives(attrs: &[syn::Attribute], name: &str) -> bool {
    attrs.iter().filter(|attr| attr.path().is_ident("derive")).any(|attr| {
        let paths = attr.parse_args_with(
            syn::punctuated::Punctuated::<syn::Path, syn::Token![,]>::parse_terminated,
        );
        paths.is_ok_and(|paths| {
            paths.iter().any(|path| path.segments.last().is_some_and(|last| last.ident == name))
        })
    })
}

/// All names in it.
pub fn words(tokens: &proc_macro2::TokenStream, into: &mut HashSet<String>) {
    for token in tokens.clone() {
        match token {
            proc_macro2::TokenTree::Ident(ident) => {
                into.insert(ident.unraw().to_string());
            }
            proc_macro2::TokenTree::Group(group) => words(&group.stream(), into),
            _ => {}
        }
    }
}

pub fn text(ty: &syn::Type) -> String {
    ty.to_token_stream().to_string()
}

/// What a variant holds, by the names of the methods that its tangent has for it.
pub fn payloads(of: &syn::Variant) -> Vec<(String, String)> {
    let fields = of.fields.iter().zip(of.fields.members());
    let fields =
        fields.filter(|(field, _)| !field.attrs.iter().any(|of| of.path().is_ident("no_diff")));
    let name = of.ident.unraw();
    fields
        .map(|(field, member)| {
            (crate::derive::accessor(&name, &member).to_string(), text(&field.ty))
        })
        .collect()
}

pub fn supertraits(of: &syn::ItemTrait) -> Vec<String> {
    let predicates = of.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let of_self = predicates.filter_map(|predicate| match predicate {
        syn::WherePredicate::Type(of) if of.bounded_ty == syn::parse_quote!(Self) => {
            Some(&of.bounds)
        }
        _ => None,
    });
    let bounds = of.supertraits.iter().chain(of_self.flatten());
    let names = bounds.filter_map(|bound| match bound {
        syn::TypeParamBound::Trait(of) => Some(of.path.segments.last()?.ident.to_string()),
        _ => None,
    });
    names.collect()
}

pub fn yielded(sig: &syn::Signature, of_block: Vec<String>) -> Written {
    Written { text: output(sig), params: of_block, open: params(&sig.generics) }
}

fn output(sig: &syn::Signature) -> String {
    match &sig.output {
        syn::ReturnType::Default => "()".to_owned(),
        syn::ReturnType::Type(_, ty) => text(ty),
    }
}

pub fn params(generics: &syn::Generics) -> Vec<String> {
    let of = generics.params.iter().filter_map(|param| match param {
        syn::GenericParam::Type(of) => Some(of.ident.to_string()),
        syn::GenericParam::Const(of) => Some(of.ident.to_string()),
        syn::GenericParam::Lifetime(_) => None,
    });
    of.collect()
}

/// The last name of a type and its arguments, behind references.
pub fn head(ty: &syn::Type) -> Option<(String, Vec<String>)> {
    match ty {
        syn::Type::Reference(of) => head(&of.elem),
        syn::Type::Paren(of) => head(&of.elem),
        syn::Type::Group(of) => head(&of.elem),
        syn::Type::Path(path) if path.qself.is_none() => {
            let last = path.path.segments.last()?;
            let arguments = match &last.arguments {
                syn::PathArguments::AngleBracketed(of) => of
                    .args
                    .iter()
                    .filter(|arg| !matches!(arg, syn::GenericArgument::Lifetime(_)))
                    .map(|arg| arg.to_token_stream().to_string())
                    .collect(),
                _ => Vec::new(),
            };
            Some((last.ident.unraw().to_string(), arguments))
        }
        _ => None,
    }
}
