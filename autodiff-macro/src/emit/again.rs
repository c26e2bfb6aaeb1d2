//! A forward sweep that keeps its arguments, where the type of something else that it would keep cannot be named here (what a
//! method of an unknown type returns): the reverse sweep then makes both sweeps on these.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::{split, sweeps::Site, tangent};
use crate::ir::{Passing, Role};

impl Site<'_> {
    /// `fn forward` of the carrier.
    pub fn forward_of_arguments(&self) -> TokenStream {
        let params = self.parameters();
        let (kept_name, value) = (&self.own.kept, &self.own.value);
        let fields = self.kept_arguments().map(|(of, field)| {
            let name = &of.name;
            match (of.passing(), tangent::behind(of.ty)) {
                (Passing::Mutable, syn::Type::Slice(_)) => quote!(#field: #name.to_vec()),
                (Passing::Mutable, _) => quote!(#field: ::core::clone::Clone::clone(&*#name)),
                _ => quote!(#field: ::core::clone::Clone::clone(&#name)),
            }
        });
        let (kept, names) = (&self.kept.name, self.names());
        let phantom = self.kept.phantom.then(|| quote!(_of: ::core::marker::PhantomData,));
        let turbofish = self.turbofish();
        let body = quote! {
            let #kept_name = #kept { #(#fields,)* #phantom };
            let #value = Self::primal #turbofish(#(#names),*);
            (#value, #kept_name)
        };
        let (output, kept_type) = (self.output(), self.kept_type());
        self.bare_function("forward", quote!(#(#params),*), quote!((#output, #kept_type)), body)
    }

    /// `fn reverse` of the carrier.
    pub fn reverse_of_arguments(&self) -> TokenStream {
        let runtime = &self.runtime;
        let (kept_name, kept_type) = (&self.own.kept, self.kept_type());
        let mut params: Vec<_> = self
            .arguments
            .iter()
            .map(|of| match split::is_passed_again(&of.param.shape, of.passing()) {
                true => of.declared(of.name.to_token_stream()),
                false => quote!(_: impl ::core::marker::Sized),
            })
            .collect();
        params.push(quote!(#kept_name: &#kept_type));
        params.extend(self.seed_parameter());
        let mut unique = self.own.unique.clone();
        let (mut before, mut adjoints) = (TokenStream::new(), Vec::new());
        for (i, of) in self.by_reference() {
            let name = &of.adjoint;
            if !self.reverse.params.iter().any(|param| param.role == Role::Adjoint(i)) {
                params.push(quote!(_: impl #runtime::Slot<#runtime::NoDerivative>));
                continue;
            }
            let buffer = tangent::buffer(of.ty, runtime);
            params.push(quote!(mut #name: impl #runtime::Slot<#buffer>));
            let own = unique.name(&format!("{name}_own"), of.param.span);
            let like = match self.kept_arguments().find(|(other, _)| other.name == of.name) {
                Some((_, field)) => quote!(&#kept_name.#field),
                None => of.name.to_token_stream(),
            };
            before.extend(quote! {
                let mut #own;
                let #name: &mut #buffer = match #name.get() {
                    ::core::option::Option::Some(#name) => #name,
                    ::core::option::Option::None => {
                        #own = #runtime::zero_like(#like);
                        &mut #own
                    }
                };
            });
            adjoints.push(name.to_token_stream());
        }
        let args = self.arguments.iter().map(|of| {
            match self.kept_arguments().find(|(other, _)| other.name == of.name) {
                Some((_, field)) if of.passing() == Passing::Mutable => {
                    quote!(&mut ::core::clone::Clone::clone(&#kept_name.#field))
                }
                Some((_, field)) => quote!(::core::clone::Clone::clone(&#kept_name.#field)),
                None => of.name.to_token_stream(),
            }
        });
        let seed = self.seed_parameter().map(|_| {
            let seed = &self.own.seed;
            quote!(#seed,)
        });
        let turbofish = self.turbofish();
        let body = quote! {
            #before
            Self::sweep #turbofish(#(#args,)* #seed #(#adjoints),*).1
        };
        self.bare_function("reverse", quote!(#(#params),*), self.contributions_type(), body)
    }
}
