//! `f_slope`: the directional derivative as a function of its own.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;

use super::{carrier, site::turbofish, tangent};
use crate::{
    ir::{Function, Passing, Role},
    parse::{Home, Source, SourceParam},
};

/// Why there can be none.
pub fn refused(source: &Source, function: &Function) -> Option<&'static str> {
    if source.home != Home::Module {
        return Some(
            "derivatives of a higher order than 2 are those of free functions yet: put `order` on a function, and read the \
             fields that the method uses there",
        );
    }
    let Some(ty) = source.output.as_ref().filter(|_| source.choice.is_none()) else {
        return Some(
            "derivatives of a higher order than 2 are those of a function that returns numbers: a float, or an array, a \
             vector or a tuple of such",
        );
    };
    if !holds_floats(ty, &source.item.sig.generics) {
        return Some(
            "derivatives of a higher order than 2 are those of a function that returns floats, or arrays, vectors or tuples \
             of these",
        );
    }
    let writes = function.params.iter().any(|of| of.passing == Passing::Mutable);
    writes.then_some(
        "derivatives of a higher order than 2 are those of what a function returns, and this one takes a `&mut`: copy what \
         it points to in a function that takes `&`",
    )
}

/// The function, and how the rest of the pipeline sees it. `forward`: the function in forward mode.
pub fn slope(source: &Source, forward: &Function, runtime: &TokenStream) -> (TokenStream, Source) {
    let mut item = source.item.clone();
    let (f, f_carrier) = (&source.item.sig.ident, carrier::name(&source.item));
    item.sig.ident = format_ident!("{}_slope", f.unraw(), span = f.span());
    item.attrs.retain(|of| of.path().is_ident("cfg"));
    let mut params: Vec<SourceParam> = Vec::new();
    for of in &source.params {
        params.push(SourceParam { ident: of.ident.clone(), ty: of.ty.clone(), receiver: false });
    }
    let names: Vec<Ident> = params.iter().map(|of| of.ident.clone()).collect();
    let mut directions = Vec::new();
    for (i, of) in source.params.iter().enumerate() {
        let Some(param) = forward.params.iter().find(|of| of.role == Role::Tangent(i)) else {
            directions.push(quote!(#runtime::Zero));
            continue;
        };
        let ty = match param.passing {
            Passing::ByValue => tangent::gradient(&of.ty, runtime),
            _ => {
                let buffer = tangent::buffer(&of.ty, runtime);
                quote!(&#buffer)
            }
        };
        let mut ident = format_ident!("t_{}", of.ident.unraw(), span = of.ident.span());
        while params.iter().any(|of| of.ident == ident) {
            ident = format_ident!("{ident}_", span = of.ident.span());
        }
        directions.push(ident.to_token_stream());
        params.push(SourceParam { ident, ty: syn::parse_quote!(#ty), receiver: false });
    }
    item.sig.inputs = params
        .iter()
        .map(|SourceParam { ident, ty, .. }| -> syn::FnArg { syn::parse_quote!(#ident: #ty) })
        .collect();
    let slope = Ident::new("slope", Span::mixed_site());
    let turbofish = turbofish(source.item.sig.generics.params.iter());
    *item.block = syn::parse_quote!({
        let (_, #slope) = #f_carrier::jvp #turbofish(#(#names,)* #(#directions),*);
        #slope
    });
    let docs = format!(
        " The derivative of [`{f}`](fn@{f}) along a direction, as a function that has derivatives of its own."
    );
    let tokens = quote! {
        #[doc = #docs]
        #[allow(clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
        #[allow(unused, unused_lifetimes, nonstandard_style, deprecated)]
        #item
    };
    let source = Source {
        item,
        home: source.home,
        params,
        output: source.output.clone(),
        choice: None,
        items: source.items.clone(),
        written_generics: source.written_generics,
        constants: source.constants.clone(),
    };
    (tokens, source)
}

fn holds_floats(ty: &syn::Type, generics: &syn::Generics) -> bool {
    let is_param = |ty: &syn::Type| match ty {
        syn::Type::Path(of) => generics.type_params().any(|param| of.path.is_ident(&param.ident)),
        _ => false,
    };
    match tangent::bare(ty) {
        syn::Type::Array(of) => holds_floats(&of.elem, generics),
        syn::Type::Tuple(of) => of.elems.iter().all(|ty| holds_floats(ty, generics)),
        ty => match tangent::vector_element(ty) {
            Some(of) => holds_floats(of, generics),
            None => tangent::is_float(ty) || is_param(ty),
        },
    }
}
