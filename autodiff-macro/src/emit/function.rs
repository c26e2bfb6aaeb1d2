//! The function as an argument of generic code: an impl of the runtime's `GradFn` for its carrier.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

use super::{
    generics::mentions,
    site::{bare_or_tuple, borrows, with_lifetime},
    sweeps::Site,
};
use crate::{ir::Passing, parse::Home};

/// Of a free function whose arguments can be given in a tuple.
pub fn grad_fn(site: &Site) -> Option<TokenStream> {
    let taken = site.arguments.iter().any(|of| of.passing() == Passing::Mutable);
    if site.source.home != Home::Module || taken || site.arguments.is_empty() {
        return None;
    }
    let types: Vec<TokenStream> =
        site.arguments.iter().map(|of| with_lifetime(of.ty).to_token_stream()).collect();
    let of = bare_or_tuple(types.clone());
    // A parameter that the arguments do not tell, or that hides in a projection, is none of the impl's.
    let told = site.param_names().all(|name| {
        let name = crate::maps::HashSet::from_iter([name.to_string()]);
        types.iter().any(|ty| mentions(ty, &name) && !ty.to_string().contains("::"))
    });
    let sig = &site.source.item.sig;
    let has_lifetimes = sig.generics.lifetimes().next().is_some();
    if !told || has_lifetimes {
        return None;
    }
    let lifetime = site.arguments.iter().any(|of| borrows(of.ty)).then(|| quote!('residuals));
    let (name, runtime, output) = (site.name, &site.runtime, site.output());
    let carrier = &site.carrier;
    let generics = site.struct_params(lifetime);
    let clause = site.struct_where();
    let [value_and_grad, grad] =
        ["value_and_grad", "grad"].map(|suffix| site.companion_path(suffix));
    let args = Ident::new("args", Span::mixed_site());
    let passed: Vec<TokenStream> = match types.len() {
        1 => vec![quote!(#args)],
        n => (0..n).map(syn::Index::from).map(|i| quote!(#args.#i)).collect(),
    };
    let (gradient, attributes) = (site.gradient_type(), site.attributes());
    let item = quote! {
        #attributes
        impl #generics #runtime::GradFn<#of> for #carrier #clause {
            type Output = #output;
            type Gradient = #gradient;

            #[inline]
            fn value(#args: #of) -> #output {
                #name(#(#passed),*)
            }

            #[inline]
            fn value_and_grad(#args: #of) -> (#output, #gradient) {
                #value_and_grad(#(#passed),*)
            }

            #[inline]
            fn grad(#args: #of) -> #gradient {
                #grad(#(#passed),*)
            }
        }
    };
    Some(site.on_heap(item, site.needs_heap()))
}
