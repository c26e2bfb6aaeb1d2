//! A forward sweep that keeps its arguments, where the type of something else that it would keep cannot be named here (what a
//! method of an unknown type returns): the reverse sweep then makes both sweeps on these.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::{frame::Argument, names::Unique, sweeps::Site, tangent};
use crate::ir::{Passing, Role};

impl Site<'_> {
    /// `fn forward` of the carrier.
    pub fn forward_of_arguments(&self) -> TokenStream {
        let params = self.parameters();
        let (kept_name, value) = (&self.own.kept, &self.own.value);
        let fields = self.kept_arguments().map(|(of, field)| {
            let copy = copied(of, &of.name);
            quote!(#field: #copy)
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
        let (kept_name, kept_type) = (&self.own.kept, self.kept_type());
        let mut params = self.parameters_again();
        params.push(quote!(#kept_name: &#kept_type));
        params.extend(self.seed_parameter());
        let mut unique = self.own.unique.clone();
        let (mut before, mut adjoints) = (TokenStream::new(), Vec::new());
        for (i, of) in self.by_reference() {
            let name = &of.adjoint;
            adjoints.extend(self.slot_or_own((i, of), name, &mut unique, &mut params, &mut before));
        }
        let args = self.arguments.iter().map(|of| self.argument_kept(of));
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
    /// The arguments that the reverse sweep is given again; it asks nothing of the others.
    pub(super) fn parameters_again(&self) -> Vec<TokenStream> {
        let params = self.arguments.iter().map(|of| match of.is_passed_again() {
            true => of.declared(of.name.to_token_stream()),
            false => of.taken(&self.runtime),
        });
        params.collect()
    }

    /// An argument as the sweeps are given it: a copy of the one that is kept, or the one that is passed again.
    pub(super) fn argument_kept(&self, of: &Argument) -> TokenStream {
        match self.kept_arguments().find(|(other, _)| other.name == of.name) {
            Some((_, field)) => kept_again(of, field, &self.own.kept),
            None => of.name.to_token_stream(),
        }
    }

    /// The parameter for an adjoint that the caller may leave out, and what makes one in its place; its name.
    pub(super) fn slot_or_own(
        &self,
        (i, of): (usize, &Argument),
        name: &Ident,
        unique: &mut Unique,
        params: &mut Vec<TokenStream>,
        before: &mut TokenStream,
    ) -> Option<TokenStream> {
        let runtime = &self.runtime;
        if !self.adds_to(i) {
            params.push(quote!(_: impl #runtime::Slot<#runtime::NoDerivative>));
            return None;
        }
        let buffer = tangent::buffer(of.ty, runtime);
        params.push(quote!(mut #name: impl #runtime::Slot<#buffer>));
        let own = unique.name(&format!("{name}_own"), of.param.span);
        let kept_name = &self.own.kept;
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
        Some(name.to_token_stream())
    }

    /// Whether the reverse sweep has an adjoint of an argument that is not passed by value.
    pub(super) fn adds_to(&self, i: usize) -> bool {
        self.reverse.params.iter().any(|param| param.role == Role::Adjoint(i))
    }
}

/// What is kept of an argument, or of its direction.
pub(super) fn copied(of: &Argument, name: &Ident) -> TokenStream {
    match (of.passing(), tangent::behind(of.ty)) {
        (Passing::Mutable, syn::Type::Slice(_)) => quote!(#name.to_vec()),
        (Passing::Mutable, _) => quote!(::core::clone::Clone::clone(&*#name)),
        _ => quote!(::core::clone::Clone::clone(&#name)),
    }
}

/// A copy of what is kept of it.
pub(super) fn kept_again(of: &Argument, field: &Ident, kept: &Ident) -> TokenStream {
    match of.passing() {
        Passing::Mutable => quote!(&mut ::core::clone::Clone::clone(&#kept.#field)),
        _ => quote!(::core::clone::Clone::clone(&#kept.#field)),
    }
}
