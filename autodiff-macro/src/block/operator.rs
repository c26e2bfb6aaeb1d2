//! Operators: the companions of `impl Add for Point` and its like.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

use super::{assign, outside::as_function, take_mark, without_marks};
use crate::{
    error::Errors,
    expand,
    options::Options,
    parse::{self, Home},
};

/// An operator that can be implemented for a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Binary(&'static str),
    Unary(&'static str),
    Assign(&'static str),
}

impl Operator {
    pub fn of(path: &syn::Path) -> Option<Operator> {
        use Operator::{Assign, Binary, Unary};
        let all = [
            Binary("Add"),
            Binary("Sub"),
            Binary("Mul"),
            Binary("Div"),
            Binary("Rem"),
            Unary("Neg"),
            Assign("AddAssign"),
            Assign("SubAssign"),
            Assign("MulAssign"),
            Assign("DivAssign"),
            Assign("RemAssign"),
        ];
        let last = path.segments.last()?;
        all.into_iter().find(|of| last.ident == of.name())
    }

    fn name(self) -> &'static str {
        match self {
            Operator::Binary(name) | Operator::Unary(name) | Operator::Assign(name) => name,
        }
    }

    /// The operator's method is differentiated as a function of its operands, to which an impl of the runtime's trait leads.
    pub fn on_impl(
        self,
        block: &syn::ItemImpl,
        options: &Options,
        errors: &mut Errors,
    ) -> TokenStream {
        let item = without_marks(block);
        let beside = self.beside(block, options, errors);
        match errors.is_empty() {
            true => quote!(#item #beside),
            false => item,
        }
    }

    fn beside(
        self,
        block: &syn::ItemImpl,
        options: &Options,
        errors: &mut Errors,
    ) -> Option<TokenStream> {
        let mut item = block.clone();
        let position = item.items.iter().position(|item| matches!(item, syn::ImplItem::Fn(_)))?;
        let syn::ImplItem::Fn(method) = &mut item.items[position] else { return None };
        let mut options = take_mark(&mut method.attrs, true, options, errors)?;
        // Second derivatives are those of the reverse sweep, in forward mode.
        options.jvp |= options.hessian.is_some();
        options.operator = true;
        let output = item.items.iter().find_map(|item| match item {
            syn::ImplItem::Type(ty) if ty.ident == "Output" => Some(ty.ty.clone()),
            _ => None,
        });
        let syn::ImplItem::Fn(method) = &item.items[position] else { return None };
        let mut function = as_function(method, block, output.as_ref());
        let operands = if let Operator::Unary(_) = self { 1 } else { 2 };
        // What is no such operator is the compiler's to report.
        if function.sig.inputs.len() != operands {
            return None;
        }
        let companions = expand::function(
            &function,
            &Options { home: Home::Module, ..options.clone() },
            errors,
        )?;
        let runtime = options.runtime();
        let trait_ = Ident::new(self.name(), Span::call_site());
        let std_method = function.sig.ident.clone();
        let params: Vec<Ident> = function
            .sig
            .inputs
            .iter()
            .map(|_| ())
            .enumerate()
            .map(|(i, ())| Ident::new(["left", "right"][i.min(1)], Span::mixed_site()))
            .collect();
        // The function itself is the operator.
        *function.block = syn::parse_quote!({ ::core::ops::#trait_::#std_method(#(#params),*) });
        for (input, name) in function.sig.inputs.iter_mut().zip(&params) {
            if let syn::FnArg::Typed(input) = input {
                *input.pat = syn::parse_quote!(#name);
            }
        }
        let clause = parse::prepared_clause(&function, &options);
        let bridge = self.bridge(block, &function, clause, &options, &runtime);
        let cfgs = block.attrs.iter().filter(|of| of.path().is_ident("cfg"));
        Some(quote! {
            #(#cfgs)*
            #[allow(clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
            #[allow(unused, unused_lifetimes, nonstandard_style, deprecated)]
            const _: () = {
                #function
                #companions
                #bridge
            };
        })
    }

    fn bridge(
        self,
        block: &syn::ItemImpl,
        function: &syn::ItemFn,
        clause: Option<syn::WhereClause>,
        options: &Options,
        runtime: &TokenStream,
    ) -> TokenStream {
        let (generics, _, _) = block.generics.split_for_impl();
        let trait_ = Ident::new(self.name(), Span::call_site());
        let ty = &block.self_ty;
        let types: Vec<&syn::Type> = function
            .sig
            .inputs
            .iter()
            .filter_map(|input| match input {
                syn::FnArg::Typed(input) => Some(&*input.ty),
                syn::FnArg::Receiver(_) => None,
            })
            .collect();
        let has = |i: usize| types.get(i).is_some_and(|ty| !crate::emit::is_constant(ty));
        let tangent = |i: usize| match has(i) {
            true => crate::emit::gradient(types[i], runtime),
            false => quote!(#runtime::NoDerivative),
        };
        let vjp = Ident::new(&format!("{}_vjp", function.sig.ident), function.sig.ident.span());
        let jvp = Ident::new(&format!("{}_jvp", function.sig.ident), function.sig.ident.span());
        let vjp_tangent =
            Ident::new(&format!("{}_vjp_tangent", function.sig.ident), function.sig.ident.span());
        let second_trait = Ident::new(&format!("{}Second", self.name()), Span::call_site());
        let forward_trait = Ident::new(&format!("{}Forward", self.name()), Span::call_site());
        let output = match &function.sig.output {
            syn::ReturnType::Default => quote!(()),
            syn::ReturnType::Type(_, ty) => ty.to_token_stream(),
        };
        let seed = match &function.sig.output {
            syn::ReturnType::Default => quote!(()),
            syn::ReturnType::Type(_, ty) => crate::emit::gradient(ty, runtime),
        };
        let (left, right) = (tangent(0), tangent(1));
        let right_ty = types.get(1);
        let none = quote!(#runtime::NoDerivative);
        match self {
            Operator::Binary(_) => {
                let pair = match (has(0), has(1)) {
                    (true, true) => quote!(gradient),
                    (true, false) => quote!((gradient, #none)),
                    (false, _) => quote!((#none, gradient)),
                };
                let direction = match (has(0), has(1)) {
                    (true, true) => quote!((d_left, d_right)),
                    (true, false) => quote!(d_left),
                    (false, _) => quote!(d_right),
                };
                let own = |i: usize, name: &str, of: TokenStream| {
                    has(i).then(|| {
                    let name = Ident::new(name, Span::call_site());
                    quote!(let #name = #name.get().unwrap_or_else(|| #runtime::zero_like(&#of));)
                })
                };
                let (d_left, d_right) =
                    (own(0, "d_left", quote!(self)), own(1, "d_right", quote!(right)));
                let forward = options.jvp.then(|| quote! {
                    impl #generics #runtime::operator::#forward_trait<#right_ty> for #ty #clause {
                        type Output = #output;

                        #[inline]
                        fn forward(
                            self,
                            right: #right_ty,
                            d_left: impl #runtime::Direction<#left>,
                            d_right: impl #runtime::Direction<#right>,
                        ) -> (#output, #seed) {
                            #d_left
                            #d_right
                            #jvp(self, right, #direction)
                        }
                    }
                });
                let of_tangent = match (has(0), has(1)) {
                    (true, true) => quote!(tangent),
                    (true, false) => quote!((tangent, #none)),
                    (false, _) => quote!((#none, tangent)),
                };
                let second = options.hessian.map(|_| quote! {
                    impl #generics #runtime::operator::#second_trait<#right_ty> for #ty #clause {
                        #[inline]
                        fn second(
                            self,
                            right: #right_ty,
                            d_left: impl #runtime::Direction<#left>,
                            d_right: impl #runtime::Direction<#right>,
                            seed: #seed,
                            d_seed: #seed,
                        ) -> ((#left, #right), (#left, #right)) {
                            #d_left
                            #d_right
                            let tangent = #vjp_tangent(
                                ::core::clone::Clone::clone(&self),
                                ::core::clone::Clone::clone(&right),
                                #direction,
                                ::core::clone::Clone::clone(&seed),
                                d_seed,
                            );
                            let (_, gradient) = #vjp(self, right, seed);
                            (#pair, #of_tangent)
                        }
                    }
                });
                quote! {
                    #second
                    impl #generics #runtime::operator::#trait_<#right_ty> for #ty #clause {
                        type Seed = #seed;
                        type Left = #left;
                        type Right = #right;

                        #[inline]
                        fn reverse(self, right: #right_ty, seed: #seed) -> (#left, #right) {
                            let (_, gradient) = #vjp(self, right, seed);
                            #pair
                        }
                    }
                    #forward
                }
            }
            Operator::Unary(_) => {
                let forward = options.jvp.then(|| quote! {
                    impl #generics #runtime::operator::#forward_trait for #ty #clause {
                        type Output = #output;

                        #[inline]
                        fn forward(self, d_left: impl #runtime::Direction<#left>) -> (#output, #seed) {
                            let d_left = d_left.get().unwrap_or_else(|| #runtime::zero_like(&self));
                            #jvp(self, d_left)
                        }
                    }
                });
                let second = options.hessian.map(|_| quote! {
                    impl #generics #runtime::operator::#second_trait for #ty #clause {
                        #[inline]
                        fn second(
                            self,
                            d_left: impl #runtime::Direction<#left>,
                            seed: #seed,
                            d_seed: #seed,
                        ) -> (#left, #left) {
                            let d_left = d_left.get().unwrap_or_else(|| #runtime::zero_like(&self));
                            let tangent = #vjp_tangent(
                                ::core::clone::Clone::clone(&self),
                                d_left,
                                ::core::clone::Clone::clone(&seed),
                                d_seed,
                            );
                            (#vjp(self, seed).1, tangent)
                        }
                    }
                });
                quote! {
                    #second
                    impl #generics #runtime::operator::#trait_ for #ty #clause {
                        type Seed = #seed;
                        type Left = #left;

                        #[inline]
                        fn reverse(self, seed: #seed) -> #left {
                            #vjp(self, seed).1
                        }
                    }
                    #forward
                }
            }
            Operator::Assign(_) => {
                let left = crate::emit::gradient(&block.self_ty, runtime);
                let contribution = if has(1) { quote!(gradient) } else { none };
                let direction = has(1).then(|| quote!(d_right,));
                let d_right = has(1).then(|| {
                    quote! {
                        let d_right = d_right.get().unwrap_or_else(|| #runtime::zero_like(&right));
                    }
                });
                let second = options.hessian.map(|_| {
                    let of = assign::Operands {
                        right: right_ty.copied(),
                        tangents: [&left, &right],
                        has_right: has(1),
                    };
                    let header = quote! {
                        impl #generics #runtime::operator::#second_trait<#right_ty> for #ty #clause
                    };
                    assign::second(header, of, &crate::emit::carrier::name(function), runtime)
                });
                let forward = options.jvp.then(|| quote! {
                    impl #generics #runtime::operator::#forward_trait<#right_ty> for #ty #clause {
                        #[inline]
                        fn forward(
                            &mut self,
                            right: #right_ty,
                            d_left: &mut #left,
                            d_right: impl #runtime::Direction<#right>,
                        ) -> ((), ()) {
                            #d_right
                            #jvp(self, right, #direction d_left)
                        }
                    }
                });
                quote! {
                    impl #generics #runtime::operator::#trait_<#right_ty> for #ty #clause {
                        type Left = #left;
                        type Right = #right;

                        #[inline]
                        fn reverse(&self, right: #right_ty, d_left: &mut #left) -> #right {
                            let mut before = ::core::clone::Clone::clone(self);
                            let (_, gradient) = #vjp(&mut before, right, d_left);
                            #contribution
                        }
                    }
                    #forward
                    #second
                }
            }
        }
    }
}
