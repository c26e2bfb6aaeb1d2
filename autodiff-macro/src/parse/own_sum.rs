//! `points.iter().sum::<Vec3>()` where the file declares how such are added up: `Sum` for the type, which is read here, with its
//! iterator in the place of the parameter.

use proc_macro2::TokenStream;

use super::{
    Reader,
    env::{Bind, Want},
    iterators::{By, Iter},
    own_index::exchanged,
};
use crate::{
    declared::{self, Inlined},
    ir::Type,
};

impl Reader<'_> {
    pub fn own_total(&mut self, e: &syn::ExprMethodCall, ty: &Type, product: bool) -> Option<Bind> {
        let Type::Named(of) = ty else { return None };
        let written = self.not_self(of.ty.as_ref()?);
        let (name, _) = declared::head(&written)?;
        let declared = self.declared.clone()?;
        let all = declared.totals(&name, product);
        if all.is_empty() || all.iter().any(|own| !self.module.starts_with(&own.module)) {
            return None;
        }
        let iterator = self.iterator_value(&e.receiver);
        let Bind::Iterator { iter, .. } = &iterator else { return Some(Bind::Poison) };
        let lends = yields_references(iter);
        let own = all.iter().find(|own| own.mutable == lends).or_else(|| all.first())?.clone();
        let method = self.method_of(&own, &written)?;
        let pat = method.sig.inputs.iter().find_map(|input| match input {
            syn::FnArg::Typed(of) => Some((*of.pat).clone()),
            syn::FnArg::Receiver(_) => None,
        })?;
        let outer = std::mem::take(&mut self.scopes);
        let self_ty = self.self_ty.replace(written);
        self.scopes.enter();
        self.bind(&pat, iterator, e.method.span());
        let total = self.block(&method.block, &Want::Type(ty.clone()));
        let total = self.settle(total, e.method.span());
        self.scopes = outer;
        self.self_ty = self_ty;
        Some(total)
    }

    /// The method, with the arguments of its type in the place of their names.
    pub fn method_of(&self, own: &Inlined, of: &syn::Type) -> Option<syn::ImplItemFn> {
        let (_, given) = declared::head(of)?;
        let itself = "Self".to_owned();
        let mut given: Vec<(&String, TokenStream)> = own
            .params
            .iter()
            .zip(&given)
            .filter_map(|(name, given)| Some((name, given.parse().ok()?)))
            .collect();
        given.push((&itself, named_anywhere(of)));
        syn::parse2(exchanged(own.text.parse().ok()?, &given)).ok()
    }
}

/// Whether the items are references to elements, as far as the adaptors tell.
fn yields_references(iter: &Iter) -> bool {
    match iter {
        Iter::Elements { by, .. } => *by != By::Value,
        Iter::Rev(of)
        | Iter::Reversed(of, _)
        | Iter::Skip(of, _)
        | Iter::Take(of, _)
        | Iter::StepBy(of, _)
        | Iter::Cycle(of)
        | Iter::Chain(of, _)
        | Iter::Inspect(of, _)
        | Iter::Filter(of, _)
        | Iter::TakeWhile(of, _)
        | Iter::SkipWhile(of, _) => yields_references(of),
        Iter::Part { of, .. } => yields_references(of),
        _ => false,
    }
}

/// `Point::<f64>`, which is a type and may stand before a struct's fields, too.
fn named_anywhere(ty: &syn::Type) -> TokenStream {
    let mut ty = ty.clone();
    if let syn::Type::Path(path) = &mut ty
        && let Some(last) = path.path.segments.last_mut()
        && let syn::PathArguments::AngleBracketed(arguments) = &mut last.arguments
    {
        arguments.colon2_token = Some(syn::token::PathSep::default());
    }
    quote::ToTokens::to_token_stream(&ty)
}
