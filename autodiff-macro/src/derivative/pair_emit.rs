//! The carrier of a pair of sweeps: what callers' generated code calls, made of what is written by hand.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Type, ext::IdentExt};

use super::pair::{Asked, Param, Rule};
use crate::{
    emit::{into, tangent},
    ir::Passing,
};

/// The sweeps by hand under a name of their own, and the carrier `hidden` that callers know how to call.
pub fn carrier(rule: &Rule, hidden: &Ident) -> TokenStream {
    let Rule { name, forward, value, kept, runtime, .. } = rule;
    let own = Own::new(rule, hidden);
    let Own { by_hand, kept_name, kept: kept_local, value: value_local, .. } = &own;
    let mut written = rule.block.clone();
    written.attrs.retain(|attribute| attribute.path().is_ident("cfg"));
    *written.self_ty = syn::parse_quote!(#by_hand);
    let vis = &forward.vis;
    let names: Vec<_> = rule.params.iter().map(|param| &param.name).collect();
    let inputs: Vec<_> =
        rule.params.iter().map(|Param { name, ty, .. }| quote!(#name: #ty)).collect();
    let generics = &forward.sig.generics;
    // What is kept beside what the user keeps: arguments that move, lengths of what is overwritten.
    let copied: Vec<_> = rule.params.iter().filter(|param| rule.is_copied(param)).collect();
    let copies: Vec<_> = copied.iter().map(|param| copy_of(param)).collect();
    let copied_types: Vec<_> = copied.iter().map(|param| param.ty).collect();
    let copied: Vec<_> = copied.iter().map(|param| &param.name).collect();
    let measured: Vec<_> = rule.params.iter().filter(|param| is_measured(param)).collect();
    let lengths: Vec<_> = measured.iter().map(|param| length_of(param)).collect();
    let measured: Vec<_> = measured.iter().map(|param| &param.name).collect();
    let (kept_type, kept_value) = match is_blank(kept) {
        true => (quote!(#kept), quote!(#kept_local)),
        false => (
            quote!(::core::option::Option<#kept>),
            quote!(::core::option::Option::Some(#kept_local)),
        ),
    };
    let (reverse, jvp) = (reverse(rule, &own), jvp(rule, &own));
    let reverse_into = reverse_into(rule, &own);
    let quiet = quote!(#[allow(clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
            #[allow(unused, unused_lifetimes, nonstandard_style, deprecated)]);
    let quiet_type = quote! {
        #[doc(hidden)]
        #quiet
        #[allow(missing_debug_implementations, missing_copy_implementations)]
    };
    quote! {
        #quiet_type
        #vis struct #by_hand {}

        #[allow(dead_code)]
        #written

        #quiet_type
        #vis enum #hidden {}

        #quiet_type
        #vis struct #kept_name {
            kept: #kept_type,
            #(#copies: #copied_types,)*
            #(#lengths: usize,)*
        }

        #quiet
        impl #runtime::Blank for #kept_name {
            const BLANK: Self = #kept_name {
                kept: #runtime::Blank::BLANK,
                #(#copies: #runtime::Blank::BLANK,)*
                #(#lengths: 0,)*
            };
        }

        #quiet
        impl #runtime::Companion for #hidden {
            type Kept = #kept_name;
            type Output = #value;
        }

        #[doc(hidden)]
        #quiet
        #vis fn #hidden #generics (#(#inputs),*) -> #value { #name(#(#names),*) }

        #[doc(hidden)]
        #quiet
        impl #hidden {
            #[inline]
            #vis fn forward #generics (#(#inputs),*) -> (#value, #kept_name) {
                #(let #copies = ::core::clone::Clone::clone(&#copied);)*
                #(let #lengths = #measured.len();)*
                let (#value_local, #kept_local) = #by_hand::forward(#(#names),*);
                (#value_local, #kept_name { kept: #kept_value, #(#copies,)* #(#lengths,)* })
            }

            #reverse

            #reverse_into

            #jvp
        }
    }
}

/// Names that are no parameter's.
struct Own {
    by_hand: Ident,
    kept_name: Ident,
    kept: Ident,
    value: Ident,
    seed: Ident,
}

impl Own {
    fn new(rule: &Rule, hidden: &Ident) -> Own {
        let local = |name: &str| Ident::new(name, Span::mixed_site());
        Own {
            by_hand: format_ident!("{}_by_hand", rule.name.unraw(), span = rule.name.span()),
            kept_name: format_ident!("{hidden}_kept"),
            kept: local("kept"),
            value: local("value"),
            seed: local("seed"),
        }
    }
}

impl Rule<'_> {
    /// Whether the reverse sweep asks for an argument that has moved into the forward sweep.
    fn is_copied(&self, param: &Param) -> bool {
        !param.is_passed_again()
            && param.passing == Passing::ByValue
            && self.reverse.iter().any(|asked| match asked {
                Asked::Argument(i) => self.params[*i].name == param.name,
                _ => false,
            })
    }

    fn asks_for_adjoint(&self, i: usize) -> bool {
        self.reverse.contains(&Asked::Adjoint(i))
    }
}

/// `fn reverse` as callers call it: what is passed again, what is kept, the seed, a slot for each reference.
fn reverse(rule: &Rule, own: &Own) -> TokenStream {
    let Rule { forward, runtime, .. } = rule;
    let Own { by_hand, kept_name, kept, seed, .. } = own;
    let (vis, generics) = (&forward.vis, &forward.sig.generics);
    let mut inputs: Vec<TokenStream> = Vec::new();
    for param in &rule.params {
        let (name, ty) = (&param.name, param.ty);
        inputs.push(match param.is_passed_again() {
            true => quote!(#name: #ty),
            false => quote!(_: impl ::core::marker::Sized),
        });
    }
    inputs.push(quote!(#kept: &#kept_name));
    if rule.takes_seed {
        let ty = tangent::gradient(rule.value, runtime);
        inputs.push(quote!(#seed: #ty));
    }
    let (mut before, mut after) = (TokenStream::new(), TokenStream::new());
    let (mut gradient, mut contributions, mut types) = (Vec::new(), Vec::new(), Vec::new());
    for (i, param) in rule.params.iter().enumerate() {
        let (name, adjoint) = (&param.name, &param.adjoint);
        if param.passing == Passing::ByValue {
            types.push(match param.differentiable {
                true => tangent::gradient(param.ty, runtime),
                false => quote!(#runtime::NoDerivative),
            });
            contributions.push(match param.differentiable {
                true => adjoint.to_token_stream(),
                false => quote!(#runtime::NoDerivative),
            });
        } else if !param.differentiable {
            inputs.push(quote!(_: impl #runtime::Slot<#runtime::NoDerivative>));
            continue;
        } else {
            let buffer = tangent::buffer(param.ty, runtime);
            inputs.push(quote!(mut #adjoint: impl #runtime::Slot<#buffer>));
            if rule.asks_for_adjoint(i) {
                let nobody = format_ident!("{adjoint}_for_nobody", span = Span::mixed_site());
                let zeros = match param.passing {
                    Passing::Shared => quote!(#runtime::zero_like(#name)),
                    _ if is_measured(param) => {
                        let length = length_of(param);
                        quote!(#runtime::alloc::vec![
                            ::core::default::Default::default(); #kept.#length
                        ])
                    }
                    _ => quote!(::core::default::Default::default()),
                };
                let ty = match is_measured(param) || param.passing == Passing::Shared {
                    true => TokenStream::new(),
                    false => quote!(: #buffer),
                };
                before.extend(quote! {
                    let mut #nobody #ty;
                    let #adjoint: &mut #buffer = match #adjoint.get() {
                        ::core::option::Option::Some(adjoint) => adjoint,
                        ::core::option::Option::None => { #nobody = #zeros; &mut #nobody }
                    };
                });
                continue;
            }
            let part = format_ident!("{adjoint}_part", span = Span::mixed_site());
            after.extend(quote! {
                if let ::core::option::Option::Some(adjoint) = #adjoint.get() {
                    #runtime::add_all(adjoint, &#part);
                }
            });
            gradient.push(part.to_token_stream());
            continue;
        }
        if param.in_gradient() {
            gradient.push(adjoint.to_token_stream());
        }
    }
    let passed = rule.reverse.iter().map(|asked| match asked {
        Asked::Argument(i) => {
            let param = &rule.params[*i];
            let name = &param.name;
            match rule.is_copied(param) {
                true => {
                    let copy = copy_of(param);
                    quote!(::core::clone::Clone::clone(&#kept.#copy))
                }
                false => name.to_token_stream(),
            }
        }
        Asked::Adjoint(i) => rule.params[*i].adjoint.to_token_stream(),
        Asked::Seed => seed.to_token_stream(),
        Asked::Kept { by_reference } => match (is_blank(rule.kept), by_reference) {
            (true, true) => quote!(&#kept.kept),
            (true, false) => quote!(::core::clone::Clone::clone(&#kept.kept)),
            (false, by_reference) => {
                let copy = (!by_reference).then(|| quote!(.clone()));
                quote!(#kept.kept.as_ref().expect("the forward sweep keeps it") #copy)
            }
        },
    });
    let pattern = bare_or_tuple(gradient);
    let (contributions, types) = (bare_or_tuple(contributions), bare_or_tuple(types));
    quote! {
        #[inline]
        #vis fn reverse #generics (#(#inputs),*) -> #types {
            #before
            let #pattern = #by_hand::reverse(#(#passed),*);
            #after
            #contributions
        }
    }
}

fn reverse_into(rule: &Rule, own: &Own) -> TokenStream {
    let Rule { forward, runtime, .. } = rule;
    let params = rule.params.iter().map(|param| {
        let by_value = param.passing == Passing::ByValue;
        let ty = match (param.differentiable, by_value) {
            (false, _) => quote!(#runtime::NoDerivative),
            (true, true) => tangent::gradient(param.ty, runtime),
            (true, false) => tangent::buffer(param.ty, runtime),
        };
        into::Param {
            again: param
                .is_passed_again()
                .then(|| (param.name.clone(), param.ty.to_token_stream())),
            taken: quote!(_: impl ::core::marker::Sized),
            by_value,
            adjoint: (param.adjoint.clone(), ty),
        }
    });
    let sweep = into::Sweep {
        params: params.collect(),
        kept: (&own.kept, own.kept_name.to_token_stream()),
        seed: rule.takes_seed.then(|| (&own.seed, tangent::gradient(rule.value, runtime))),
        generics: &forward.sig.generics,
        turbofish: TokenStream::new(),
        vis: &forward.vis,
        runtime,
    };
    sweep.item()
}

/// `fn jvp` as callers call it: a direction for each argument, which may be zero.
fn jvp(rule: &Rule, own: &Own) -> Option<TokenStream> {
    let asked = rule.jvp.as_ref()?;
    let Rule { forward, runtime, value, .. } = rule;
    let (vis, generics, by_hand) = (&forward.vis, &forward.sig.generics, &own.by_hand);
    let mut inputs: Vec<_> =
        rule.params.iter().map(|Param { name, ty, .. }| quote!(#name: #ty)).collect();
    let mut before = TokenStream::new();
    for param in &rule.params {
        let (name, adjoint) = (&param.name, &param.adjoint);
        let bound = match param.passing {
            Passing::ByValue => quote!(Direction),
            Passing::Shared => quote!(DirectionRef),
            Passing::Mutable | Passing::Reborrowed => quote!(DirectionMut),
        };
        if !param.differentiable {
            inputs.push(quote!(_: impl #runtime::#bound<#runtime::NoDerivative>));
            continue;
        }
        let nobody = format_ident!("{adjoint}_zero", span = Span::mixed_site());
        let some = quote!(::core::option::Option::Some);
        let none = quote!(::core::option::Option::None);
        match param.passing {
            Passing::ByValue => {
                let ty = tangent::gradient(param.ty, runtime);
                inputs.push(quote!(#adjoint: impl #runtime::Direction<#ty>));
                before.extend(quote! {
                    let #adjoint = #adjoint.get().unwrap_or_else(|| #runtime::zero_like(&#name));
                });
            }
            Passing::Shared => {
                let ty = tangent::buffer(param.ty, runtime);
                inputs.push(quote!(#adjoint: impl #runtime::DirectionRef<#ty>));
                before.extend(quote! {
                    let #nobody;
                    let #adjoint: &#ty = match #adjoint.get() {
                        #some(tangent) => tangent,
                        #none => { #nobody = #runtime::zero_like(#name); &#nobody }
                    };
                });
            }
            Passing::Mutable | Passing::Reborrowed => {
                let ty = tangent::buffer(param.ty, runtime);
                inputs.push(quote!(mut #adjoint: impl #runtime::DirectionMut<#ty>));
                before.extend(quote! {
                    let mut #nobody;
                    let #adjoint: &mut #ty = match #adjoint.get() {
                        #some(tangent) => tangent,
                        #none => { #nobody = #runtime::zero_like(&#name); &mut #nobody }
                    };
                });
            }
        }
    }
    let passed = asked.iter().map(|asked| match asked {
        Asked::Argument(i) => rule.params[*i].name.to_token_stream(),
        Asked::Adjoint(i) => rule.params[*i].adjoint.to_token_stream(),
        Asked::Seed | Asked::Kept { .. } => TokenStream::new(),
    });
    let tangent = match rule.takes_seed {
        true => tangent::gradient(value, runtime),
        false => quote!(()),
    };
    Some(quote! {
        #[inline]
        #vis fn jvp #generics (#(#inputs),*) -> (#value, #tangent) {
            #before
            #by_hand::jvp(#(#passed),*)
        }
    })
}

fn copy_of(param: &Param) -> Ident {
    format_ident!("copy_of_{}", param.name.unraw())
}

fn length_of(param: &Param) -> Ident {
    format_ident!("length_of_{}", param.name.unraw())
}

/// A slice that is overwritten: whoever has no adjoint of it is given zeros of its length.
fn is_measured(param: &Param) -> bool {
    param.differentiable && param.passing == Passing::Mutable && tangent::is_sequence(param.ty)
}

/// Whether the runtime has a value of the type to fill unused places with.
fn is_blank(ty: &Type) -> bool {
    match tangent::bare(ty) {
        Type::Tuple(of) => of.elems.len() <= 8 && of.elems.iter().all(is_blank),
        Type::Array(of) => is_blank(&of.elem),
        ty => tangent::is_float(ty) || tangent::is_constant(ty) || tangent::is_sequence(ty),
    }
}

fn bare_or_tuple(mut of: Vec<TokenStream>) -> TokenStream {
    match of.len() {
        1 => of.remove(0),
        _ => quote!((#(#of),*)),
    }
}
