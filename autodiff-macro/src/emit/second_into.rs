//! `reverse_second_into`: as [`into`](super::into), for second derivatives.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::{associated::one, frame::Frame, second::Second, tangent};
use crate::ir::{Passing, Role};

impl Second<'_> {
    /// With a slot for each parameter, however it is passed, and one for the tangent of its adjoint.
    pub fn reverse_into(&self) -> TokenStream {
        let (site, runtime) = (&self.site, &self.site.runtime);
        let (mut params, mut passed) = (Vec::new(), Vec::new());
        params.extend(site.parameters_again());
        passed.extend(site.arguments.iter().map(|of| match of.is_passed_again() {
            true => of.name.to_token_stream(),
            false => quote!(()),
        }));
        let mut frame = Frame::new(site.reverse, &self.unique);
        for i in 0..site.arguments.len() {
            let moves = frame.param(Role::Tangent(i)).is_some();
            let again = site.arguments[i].is_passed_again();
            if again {
                params.push(self.direction(i, &mut frame).0);
            } else {
                params.push(quote!(_: impl ::core::marker::Sized));
            }
            passed.push(match again {
                true if moves => self.tangents[i].to_token_stream(),
                true => quote!(#runtime::Zero),
                false => quote!(()),
            });
        }
        let (kept, kept_type) = (&site.own.kept, site.kept_type());
        params.push(quote!(#kept: &#kept_type));
        passed.push(kept.to_token_stream());
        params.extend(site.seed_parameter());
        if let (Some(ty), true) = (&site.source.output, site.takes_seed()) {
            let (seed, name, ty) =
                (&site.own.seed, &self.seed_tangent, tangent::gradient(ty, runtime));
            params.push(quote!(#name: #ty));
            passed.extend([seed.to_token_stream(), name.to_token_stream()]);
        }
        let mut patterns = Vec::new();
        let mut added = TokenStream::new();
        for tangents in [false, true] {
            let mut contributions = Vec::new();
            for (i, of) in site.arguments.iter().enumerate() {
                let slot = match tangents {
                    true => &self.adjoint_tangents[i],
                    false => &of.adjoint,
                };
                let by_value = of.passing() == Passing::ByValue;
                let ty = site.slot_type(i);
                if !by_value {
                    params.push(quote!(#slot: impl #runtime::Slot<#ty>));
                    passed.push(slot.to_token_stream());
                    continue;
                }
                params.push(quote!(#slot: impl #runtime::Sink<#ty>));
                let name: Ident = match tangents {
                    true => format_ident!("t_contribution_{i}", span = Span::mixed_site()),
                    false => format_ident!("contribution_{i}", span = Span::mixed_site()),
                };
                added.extend(quote!(#runtime::Sink::add(#slot, #name);));
                contributions.push(name.to_token_stream());
            }
            patterns.push(one(&contributions));
        }
        let turbofish = site.turbofish();
        let body = quote! {
            let (#(#patterns),*) = Self::reverse_second #turbofish(#(#passed),*);
            #added
        };
        site.bare_function("reverse_second_into", quote!(#(#params),*), quote!(()), body)
    }
}
