//! The public functions of one that returns an `Option` or a `Result`: they return the same, of what they compute. Inside,
//! the sweeps yield whether a value is there, and the value.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::{
    docs,
    site::bare_or_tuple,
    sweeps::{Site, shape_of},
    tangent,
};
use crate::{
    ir::{Role, Shape, Type, Var},
    parse::{ChoiceOutput, Home},
};

impl Site<'_> {
    fn choice(&self) -> &ChoiceOutput {
        self.source.choice.as_ref().expect("the function returns an `Option` or a `Result`")
    }

    /// What the function returns where nothing or something is there.
    pub(super) fn chosen(&self, there: &TokenStream, value: TokenStream) -> TokenStream {
        if !self.choice().is_result {
            return quote! {
                if #there { ::core::option::Option::Some(#value) } else { ::core::option::Option::None }
            };
        }
        let (name, turbofish, names) = (self.name, self.turbofish(), self.names());
        let own = self.own_path();
        let error = self.own.unique.clone().name("error", self.name.span());
        quote! {
            if #there {
                ::core::result::Result::Ok(#value)
            } else {
                match #own #name #turbofish (#(#names),*) {
                    ::core::result::Result::Err(#error) => ::core::result::Result::Err(#error),
                    ::core::result::Result::Ok(_) => ::core::unreachable!(),
                }
            }
        }
    }

    /// What stands before the name of a function beside this one.
    fn own_path(&self) -> Option<TokenStream> {
        (self.source.home != Home::Module).then(|| quote!(Self::))
    }

    pub(super) fn choice_of(&self, held: TokenStream) -> TokenStream {
        self.choice().holding(held).into_token_stream()
    }

    fn held(&self) -> TokenStream {
        self.choice().held.to_token_stream()
    }

    /// The type of the value, if that is a number.
    fn held_number(&self) -> Option<Type> {
        match shape_of(&self.reverse.outputs, Role::Primal) {
            Some(Shape::Tuple(of)) => match of.as_slice() {
                [_, Shape::Var(Var::Value(value))] => {
                    let ty = self.reverse.value(*value).ty.clone();
                    ty.differentiable().then_some(ty)
                }
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn held_seed(&self, seed: TokenStream) -> TokenStream {
        let runtime = &self.runtime;
        quote!((#runtime::NoDerivative, #seed))
    }

    pub(super) fn held_seed_parameter(&self) -> TokenStream {
        let (seed, ty) = (&self.own.seed, tangent::gradient(&self.choice().held, &self.runtime));
        quote!(#seed: #ty)
    }
}

/// `f_grad`, `f_value_and_grad` and `f_grad_into` for a number, `f_vjp` for whatever is held.
pub fn companions(site: &Site) -> TokenStream {
    let mut items = TokenStream::new();
    if let Some(ty) = site.held_number() {
        let one = super::types::float(1.0, &ty, &site.runtime, proc_macro2::Span::call_site());
        let one = site.held_seed(one.tokens());
        items.extend(from_sweep(site, "grad", &one, docs::grad(site), |site, _| {
            (site.gradient_type(), site.gradient_value())
        }));
        items.extend(from_sweep(site, "value_and_grad", &one, docs::value_and_grad(site), both));
        items.extend(super::companions::grad_into_with(site, &one));
    }
    items.extend(match site.held_number() {
        Some(_) => {
            let seed = site.held_seed(site.own.seed.to_token_stream());
            from_sweep(site, "vjp", &seed, docs::vjp(site), both)
        }
        None => vjp_of_what_is_there(site),
    });
    items
}

/// A seed shaped like a value that is not there would fit nothing: the reverse sweep runs only where it is.
fn vjp_of_what_is_there(site: &Site) -> TokenStream {
    let (forward, reverse) = (site.companion_name("forward"), site.companion_name("reverse"));
    let (names, value, seed) = (site.names(), site.own.value.clone(), site.own.seed.clone());
    let residuals = site.own.residuals.clone();
    let gradient = site.own.unique.clone().name("gradient", site.name.span());
    let in_out = site.arguments.iter().filter(|of| of.is_in_out()).map(|of| &of.adjoint);
    let own = site.own_path();
    let pair = match site.choice().is_result {
        true => quote!(::core::result::Result::Ok((#value, #gradient))),
        false => quote!(::core::option::Option::Some((#value, #gradient))),
    };
    let body = quote! {
        let (#value, #residuals) = #own #forward(#(#names),*);
        let #value = #value?;
        let #gradient = #own #reverse(&#residuals, #seed, #(#in_out),*);
        #pair
    };
    let mut params = site.parameters();
    params.push(site.held_seed_parameter());
    params.extend(site.in_out_parameters());
    let (held, ty) = (site.held(), site.gradient_type());
    let output = site.choice_of(quote!((#held, #ty)));
    site.item("vjp", docs::vjp(site), params, output, body, site.needs_heap())
}

fn both(site: &Site, value: &TokenStream) -> (TokenStream, TokenStream) {
    let (held, ty, gradient) = (site.held(), site.gradient_type(), site.gradient_value());
    (quote!((#held, #ty)), quote!((#value, #gradient)))
}

fn from_sweep(
    site: &Site,
    suffix: &str,
    seed: &TokenStream,
    docs: TokenStream,
    result: impl FnOnce(&Site, &TokenStream) -> (TokenStream, TokenStream),
) -> TokenStream {
    let sweep = site.sweep_path("sweep");
    let zeros = site.zero_buffers(|of| of.name.to_token_stream());
    let (names, adjoints, contributions) =
        (site.names(), site.adjoints(true), site.contributions_pattern());
    let value = site.own.value.to_token_stream();
    let there = quote!(#value.0);
    let (ty, held) = result(site, &quote!(#value.1));
    let chosen = site.chosen(&there, held);
    let body = quote! {
        #zeros
        let (#value, #contributions) = #sweep(#(#names,)* #seed, #(#adjoints),*);
        #chosen
    };
    let mut params = site.parameters();
    if suffix == "vjp" {
        params.push(site.held_seed_parameter());
    }
    params.extend(site.in_out_parameters());
    site.item(suffix, docs, params, site.choice_of(ty), body, site.needs_heap())
}

/// `f_jvp`: the value and its tangent, if they are there.
pub fn jvp(site: &Site, params: Vec<TokenStream>, call: TokenStream) -> TokenStream {
    let value = site.own.value.to_token_stream();
    let tangent = site.own.unique.clone().name("tangent", site.name.span());
    let chosen = site.chosen(&quote!(#value.0), quote!((#value.1, #tangent.1)));
    let body = quote! {
        let (#value, #tangent) = #call;
        #chosen
    };
    let held = &site.choice().held;
    let of = bare_or_tuple(vec![tangent::gradient(held, &site.runtime)]);
    let output = site.choice_of(quote!((#held, #of)));
    site.item("jvp", docs::jvp(site), params, output, body, false)
}
