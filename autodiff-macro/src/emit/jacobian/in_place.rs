//! Rows of a Jacobian that the reverse sweep adds up where they stay, in place of gradients that are copied there.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::{Names, Outcome, Shapes};
use crate::emit::tangent::{self, Dimension};
use crate::{ir::Passing, parse::Home};

impl Shapes<'_> {
    /// Whether each input is a number, or numbers side by side behind a shared reference, and the reverse sweep of the carrier
    /// can be called.
    pub(super) fn is_in_place(&self) -> bool {
        self.site.source.home == Home::Module
            && self.site.source.choice.is_none()
            && self.inputs.iter().all(|of| match of.passing() {
                Passing::ByValue => tangent::is_float(of.ty),
                Passing::Shared => tangent::has_float_elements(of.ty),
                _ => false,
            })
    }

    /// One of the two by the number of rows: lanes that have no row are made for nothing.
    pub(super) fn few_or_many(&self, few: TokenStream, many: Option<TokenStream>) -> TokenStream {
        let outputs = self.output_dimension(true);
        match (many, &outputs) {
            (None, _) => few,
            (Some(many), Dimension::Number(_)) => {
                let zeros = self.zeros();
                quote!(#zeros #many)
            }
            (Some(many), _) => {
                let (zeros, outputs) = (self.zeros(), outputs.tokens());
                quote!(if #outputs < 4 { #few } else { #zeros #many })
            }
        }
    }

    /// A reverse sweep for each result, on one forward sweep.
    pub(super) fn rows_in_place(&self) -> TokenStream {
        let runtime = &self.site.runtime;
        let Names { seed, row, jacobians, .. } = &self.names;
        let result = self.result_type();
        let (mut make, mut before, mut after) =
            (TokenStream::new(), TokenStream::new(), TokenStream::new());
        for (of, jacobian) in self.inputs.iter().zip(jacobians) {
            let (adjoint, gradient) = (&of.adjoint, tangent::gradient(of.ty, runtime));
            let zero = tangent::zero(of.ty, &of.name.to_token_stream(), runtime);
            make.extend(quote! {
                let mut #jacobian = #runtime::Rows::rows(&#seed, &mut || -> #gradient { #zero });
            });
            let place =
                quote!(<#result as #runtime::Rows>::row_mut::<#gradient>(&mut #jacobian, #row));
            match of.passing() {
                Passing::Shared => before.extend(quote!(let #adjoint = #place;)),
                _ => after.extend(quote!(*#place = #adjoint;)),
            }
        }
        let (rows, jacobian) = (self.each_row(before, after), self.jacobian());
        let all = self.zero_results();
        quote! {
            let mut #seed: #result = #all;
            #make
            #rows
            #jacobian
        }
    }

    /// As [`Self::rows_in_place`], into a caller's buffers.
    pub(super) fn rows_in_place_into(&self) -> TokenStream {
        let runtime = &self.site.runtime;
        let Names { seed, row, jacobians, .. } = &self.names;
        let (mut checks, mut before, mut after) =
            (TokenStream::new(), TokenStream::new(), TokenStream::new());
        for (of, jacobian) in self.inputs.iter().zip(jacobians) {
            let (adjoint, name) = (&of.adjoint, &of.name);
            let message = self.wrong_length(of);
            let outputs = quote!(#runtime::VectorSpace::dimension(&#seed));
            if of.passing() != Passing::Shared {
                checks.extend(quote!(::core::assert_eq!(#jacobian.len(), #outputs, #message);));
                after.extend(quote!(#jacobian[#row] = #adjoint;));
                continue;
            }
            checks.extend(
                quote!(::core::assert_eq!(#jacobian.len(), #name.len() * #outputs, #message);),
            );
            before.extend(quote! {
                let #adjoint = &mut #jacobian[#row * #name.len()..][..#name.len()];
                #adjoint.fill(0.0);
            });
            if !tangent::is_sequence(of.ty) {
                let buffer = tangent::buffer(of.ty, runtime);
                before.extend(quote! {
                    let #adjoint: &mut #buffer =
                        ::core::convert::TryInto::try_into(#adjoint).expect("of its length");
                });
            }
        }
        let (rows, result, all) =
            (self.each_row(before, after), self.result_type(), self.zero_results());
        let value = &self.site.own.value;
        quote! {
            let mut #seed: #result = #all;
            #checks
            #rows
            #value
        }
    }

    fn each_row(&self, before: TokenStream, after: TokenStream) -> TokenStream {
        let (site, runtime) = (self.site, &self.site.runtime);
        let Names { seed, row, .. } = &self.names;
        let (carrier, turbofish) = (&site.carrier, site.turbofish());
        let (residuals, kept) = (&site.own.residuals, &site.own.kept);
        let again = site.arguments_again(residuals);
        let alone = matches!(self.results[..], [Outcome { in_out: true, .. }]);
        let slots = site.by_reference().map(|(_, of)| {
            let adjoint = &of.adjoint;
            match (of.differentiable, of.passing()) {
                (false, _) => quote!(#runtime::Inactive),
                (true, Passing::Shared) => adjoint.to_token_stream(),
                (true, _) if alone => quote!(&mut #seed),
                (true, _) => quote!(&mut #adjoint),
            }
        });
        // What the sweep makes of the seed in place is no seed any more.
        let (parts, reset) = match &self.results[..] {
            [Outcome { in_out: true, .. }] => {
                (quote!(), quote!(#runtime::VectorSpace::set_zero(&mut #seed);))
            }
            results => {
                let parts = results.iter().map(|of| {
                    let tangent = &of.tangent;
                    if of.in_out { quote!(mut #tangent) } else { quote!(#tangent) }
                });
                let parts = super::bare_or_tuple(parts.collect());
                (
                    quote!(let #parts = #seed.clone();),
                    quote!(#runtime::VectorSpace::set_component(&mut #seed, #row, 0.0);),
                )
            }
        };
        let passed = self.results.iter().filter(|of| !of.in_out).map(|of| {
            let tangent = &of.tangent;
            quote!(#tangent,)
        });
        let contributions = site.contributions_pattern();
        quote! {
            for #row in 0..#runtime::VectorSpace::dimension(&#seed) {
                #runtime::VectorSpace::set_component(&mut #seed, #row, 1.0);
                #parts
                #before
                let #contributions = #carrier::reverse #turbofish(
                    #(#again,)* &#residuals.#kept, #(#passed)* #(#slots),*
                );
                #after
                #reset
            }
        }
    }
}
