//! `reverse_into`: the reverse sweep of a carrier for callers who do not know how they pass an argument, a constant of
//! another file or a field of a type that is not seen. There is a slot for each parameter, so that nothing depends on it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::{sweeps::Site, tangent};
use crate::ir::Passing;

/// A parameter of the function.
pub struct Param {
    /// Its name and type, if it is passed to the reverse sweep again.
    pub again: Option<(Ident, TokenStream)>,
    /// What stands there if it is not.
    pub taken: TokenStream,
    pub by_value: bool,
    /// What its adjoint is called, and the type of that.
    pub adjoint: (Ident, TokenStream),
}

pub struct Sweep<'a> {
    pub params: Vec<Param>,
    /// The name and the type.
    pub kept: (&'a Ident, TokenStream),
    pub seed: Option<(&'a Ident, TokenStream)>,
    pub generics: &'a syn::Generics,
    pub turbofish: TokenStream,
    pub vis: &'a syn::Visibility,
    pub runtime: &'a TokenStream,
}

impl Sweep<'_> {
    pub fn item(&self) -> TokenStream {
        let Sweep { params, kept, seed, generics, turbofish, vis, runtime } = self;
        let (kept_name, kept) = kept;
        let mut inputs: Vec<_> = params
            .iter()
            .map(|param| match &param.again {
                Some((name, ty)) => quote!(#name: #ty),
                None => param.taken.clone(),
            })
            .collect();
        inputs.push(quote!(#kept_name: &#kept));
        inputs.extend(seed.iter().map(|(name, ty)| quote!(#name: #ty)));
        let mut passed: Vec<_> = params
            .iter()
            .map(|param| match &param.again {
                Some((name, _)) => name.to_token_stream(),
                None => quote!(()),
            })
            .collect();
        passed.push(kept_name.to_token_stream());
        passed.extend(seed.iter().map(|(name, _)| name.to_token_stream()));
        let (mut contributions, mut added) = (Vec::new(), Vec::new());
        for Param { by_value, adjoint: (slot, ty), .. } in params {
            if *by_value {
                inputs.push(quote!(#slot: impl #runtime::Sink<#ty>));
                let contribution = match contributions.len() {
                    0 => Ident::new("contribution", Span::mixed_site()),
                    i => format_ident!("contribution_{i}", span = Span::mixed_site()),
                };
                added.push(quote!(#runtime::Sink::add(#slot, #contribution);));
                contributions.push(contribution);
            } else {
                inputs.push(quote!(#slot: impl #runtime::Slot<#ty>));
                passed.push(slot.to_token_stream());
            }
        }
        let call = quote!(Self::reverse #turbofish(#(#passed),*));
        let call = match &contributions[..] {
            [] => quote!(#call;),
            [one] => quote!(let #one = #call;),
            several => quote!(let (#(#several),*) = #call;),
        };
        let where_clause = &generics.where_clause;
        quote! {
            #[inline]
            #vis fn reverse_into #generics (#(#inputs),*) #where_clause { #call #(#added)* }
        }
    }
}

impl Site<'_> {
    pub fn reverse_into(&self) -> TokenStream {
        let runtime = &self.runtime;
        let params = self.arguments.iter().enumerate().map(|(i, of)| {
            let (by_value, ty) = (of.passing() == Passing::ByValue, self.slot_type(i));
            Param {
                again: of.is_passed_again().then(|| (of.name.clone(), of.ty.to_token_stream())),
                taken: of.taken(runtime),
                by_value,
                adjoint: (of.adjoint.clone(), ty),
            }
        });
        let output = self.source.output.as_ref().filter(|_| self.takes_seed());
        let sweep = Sweep {
            params: params.collect(),
            kept: (&self.own.kept, self.kept_type()),
            seed: output.map(|ty| (&self.own.seed, tangent::gradient(ty, runtime))),
            generics: &self.source.item.sig.generics,
            turbofish: self.turbofish(),
            vis: &self.source.item.vis,
            runtime,
        };
        sweep.item()
    }

    /// The type that is added to for an argument.
    pub(super) fn slot_type(&self, i: usize) -> TokenStream {
        let (of, runtime) = (&self.arguments[i], &self.runtime);
        match of.passing() == Passing::ByValue {
            true if of.differentiable => tangent::gradient(of.ty, runtime),
            false if self.adds_to(i) => tangent::buffer(of.ty, runtime),
            _ => quote!(#runtime::NoDerivative),
        }
    }
}
