//! `#[grad]` on an `impl` block or a trait: every method that is marked inside (or all, if none is) gets its companions.

mod assign;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};

use crate::{
    error::Errors,
    expand,
    options::{Around, Options},
    parse::{self, Home},
};

/// The block, without the marks on its methods, and with what is generated if there are no errors.
pub fn on_impl(block: &syn::ItemImpl, options: &Options, errors: &mut Errors) -> TokenStream {
    if let Some((_, path, _)) = &block.trait_ {
        if let Some(operator) = Operator::of(path) {
            return operator.on_impl(block, options, errors);
        }
        if let Some(name) = foreign(path) {
            errors.at(
                path,
                format!(
                    "the companions of a method of a trait are methods of the trait, and `{name}` of the standard \
                     library has none: write what it does as a method of the type, with `#[grad]`, and call that"
                ),
            );
            return without_marks(block);
        }
    }
    let number = is_number(&block.self_ty).then(|| (*block.self_ty).clone());
    let home = if block.trait_.is_some() { Home::TraitImpl } else { Home::Inherent };
    let around = Some(around(block));
    let mut block = block.clone();
    let all =
        !block.items.iter().any(|item| matches!(item, syn::ImplItem::Fn(f) if is_marked(&f.attrs)));
    let mut generated = Vec::new();
    for item in &mut block.items {
        let syn::ImplItem::Fn(method) = item else { continue };
        let Some(own) = take_mark(&mut method.attrs, all, options, errors) else { continue };
        let mut function = syn::ItemFn {
            attrs: method.attrs.clone(),
            vis: method.vis.clone(),
            sig: method.sig.clone(),
            block: Box::new(method.block.clone()),
        };
        if let Some(number) = &number {
            Numbers(number).visit_item_fn_mut(&mut function);
        }
        let mut of_method = Errors::default();
        let options = Options { home, around: around.clone(), ..own };
        generated.extend(expand::function_or_stand_ins(&function, &options, &mut of_method));
        errors.append(of_method);
    }
    if errors.is_empty() || home == Home::Inherent {
        block.items.extend(generated.into_iter().map(syn::ImplItem::Verbatim));
    }
    block.into_token_stream()
}

/// What a method of the block sees around it. In the `impl` of a trait, bounds are added to what the trait has as well.
fn around(block: &syn::ItemImpl) -> Around {
    let mut around = Around::of_block(block);
    if let Some((_, path, _)) = &block.trait_ {
        let text = path.segments.last().map(|last| last.arguments.to_token_stream().to_string());
        let text = text.unwrap_or_default();
        let words: Vec<&str> = text.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
        around.open.retain(|name| words.iter().any(|word| name == word));
    }
    around
}

pub fn on_trait(block: &syn::ItemTrait, options: &Options, errors: &mut Errors) -> TokenStream {
    let mut block = block.clone();
    let all = !block
        .items
        .iter()
        .any(|item| matches!(item, syn::TraitItem::Fn(f) if is_marked(&f.attrs)));
    let mut generated = Vec::new();
    for item in &mut block.items {
        let syn::TraitItem::Fn(method) = item else { continue };
        let Some(own) = take_mark(&mut method.attrs, all, options, errors) else { continue };
        let (body, home) = match &method.default {
            Some(body) => (body.clone(), Home::Trait { provided: true }),
            // Of a method without body the signature is all that matters.
            None => (syn::parse_quote!({ ::core::panic!() }), Home::Trait { provided: false }),
        };
        let mut function = syn::ItemFn {
            attrs: method.attrs.clone(),
            vis: syn::Visibility::Inherited,
            sig: method.sig.clone(),
            block: Box::new(body),
        };
        // The trait stays one of which there can be objects: what is generated is not asked of these.
        let runtime = own.runtime();
        let active = own.wrt.as_ref().is_none_or(|wrt| wrt.iter().any(|name| name == "self"));
        let receives = function.sig.receiver().is_some();
        let predicates = &mut function.sig.generics.make_where_clause().predicates;
        predicates.push(syn::parse_quote!(Self: ::core::marker::Sized));
        if active && receives {
            predicates.push(syn::parse_quote!(Self: #runtime::Differentiable));
        }
        let own = Options { home, around: Some(Around::new(&block.generics)), ..own };
        generated.extend(expand::function(&function, &own, errors));
    }
    if errors.is_empty() {
        block.items.extend(generated.into_iter().map(syn::TraitItem::Verbatim));
    }
    block.into_token_stream()
}

fn is_number(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Path(path) => ["f32", "f64"].iter().any(|name| path.path.is_ident(name)),
        _ => false,
    }
}

/// In an `impl` for a float, `Self` is that float.
struct Numbers<'a>(&'a syn::Type);

impl VisitMut for Numbers<'_> {
    fn visit_receiver_mut(&mut self, receiver: &mut syn::Receiver) {
        self.visit_type_mut(&mut receiver.ty);
    }

    fn visit_type_mut(&mut self, ty: &mut syn::Type) {
        match ty {
            syn::Type::Path(path) if path.path.is_ident("Self") => *ty = self.0.clone(),
            ty => visit_mut::visit_type_mut(self, ty),
        }
    }
}

fn without_marks(block: &syn::ItemImpl) -> TokenStream {
    let mut block = block.clone();
    for item in &mut block.items {
        if let syn::ImplItem::Fn(method) = item {
            method.attrs.retain(|of| !expand::is_grad(of.path()));
        }
    }
    block.into_token_stream()
}

fn is_marked(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|of| expand::is_grad(of.path()))
}

/// Takes the mark off a method, and returns its options; `None` if it has none and needs one.
fn take_mark(
    attributes: &mut Vec<syn::Attribute>,
    all: bool,
    outer: &Options,
    errors: &mut Errors,
) -> Option<Options> {
    let Some(at) = attributes.iter().position(|of| expand::is_grad(of.path())) else {
        return all.then(|| outer.clone());
    };
    let mark = attributes.remove(at);
    let arguments = match &mark.meta {
        syn::Meta::List(list) => list.tokens.clone(),
        _ => TokenStream::new(),
    };
    let own = Options::parse(arguments, outer.settings, errors);
    Some(own.within(outer))
}

/// Traits of the standard library that people implement for numeric types.
fn foreign(path: &syn::Path) -> Option<String> {
    let name = path.segments.last()?.ident.to_string();
    [
        "From",
        "Into",
        "Default",
        "Sum",
        "Product",
        "Index",
        "IndexMut",
        "FromIterator",
        "Iterator",
        "Clone",
        "Fn",
    ]
    .contains(&name.as_str())
    .then_some(name)
}

/// An operator that can be implemented for a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Binary(&'static str),
    Unary(&'static str),
    Assign(&'static str),
}

impl Operator {
    fn of(path: &syn::Path) -> Option<Operator> {
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
    fn on_impl(self, block: &syn::ItemImpl, options: &Options, errors: &mut Errors) -> TokenStream {
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

/// The method as a function of its own: `self` is a parameter like the others.
fn as_function(
    method: &syn::ImplItemFn,
    block: &syn::ItemImpl,
    output: Option<&syn::Type>,
) -> syn::ItemFn {
    let mut function = syn::ItemFn {
        attrs: method.attrs.clone(),
        vis: syn::Visibility::Inherited,
        sig: method.sig.clone(),
        block: Box::new(method.block.clone()),
    };
    let mut outside =
        Outside { ty: &block.self_ty, output, left: Ident::new("left", Span::mixed_site()) };
    outside.visit_signature_mut(&mut function.sig);
    outside.visit_block_mut(&mut function.block);
    function.sig.generics.params.extend(block.generics.params.iter().cloned());
    if let Some(clause) = &block.generics.where_clause {
        function
            .sig
            .generics
            .make_where_clause()
            .predicates
            .extend(clause.predicates.iter().cloned());
    }
    function
}

/// Makes what stands in an `impl` mean the same outside of it.
struct Outside<'a> {
    ty: &'a syn::Type,
    output: Option<&'a syn::Type>,
    left: Ident,
}

impl VisitMut for Outside<'_> {
    fn visit_fn_arg_mut(&mut self, arg: &mut syn::FnArg) {
        if let syn::FnArg::Receiver(receiver) = arg {
            let (name, mut ty) = (self.left.clone(), receiver.ty.clone());
            self.visit_type_mut(&mut ty);
            let mutability = receiver.mutability.filter(|_| receiver.reference.is_none());
            *arg = syn::parse_quote!(#mutability #name: #ty);
            return;
        }
        visit_mut::visit_fn_arg_mut(self, arg);
    }

    fn visit_type_mut(&mut self, ty: &mut syn::Type) {
        if let syn::Type::Path(path) = ty {
            let segments = &path.path.segments;
            if path.path.is_ident("Self") {
                *ty = self.ty.clone();
                return;
            }
            let is_output = segments.last().is_some_and(|last| last.ident == "Output")
                && (path.qself.is_some()
                    || segments.first().is_some_and(|first| first.ident == "Self"));
            if let (true, Some(output)) = (is_output, self.output) {
                *ty = output.clone();
                self.visit_type_mut(ty);
                return;
            }
        }
        visit_mut::visit_type_mut(self, ty);
    }

    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        if let (Some(first), syn::Type::Path(ty)) = (path.segments.first(), self.ty)
            && first.ident == "Self"
        {
            let mut segments = ty.path.segments.clone();
            if let Some(last) = segments.last_mut()
                && let syn::PathArguments::AngleBracketed(arguments) = &mut last.arguments
            {
                arguments.colon2_token = Some(Default::default());
            }
            segments.extend(path.segments.iter().skip(1).cloned());
            path.segments = segments;
        }
        visit_mut::visit_path_mut(self, path);
    }

    fn visit_ident_mut(&mut self, ident: &mut Ident) {
        if ident == "self" {
            *ident =
                Ident::new(&self.left.to_string(), Span::mixed_site().located_at(ident.span()));
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        let left = &self.left;
        mac.tokens = replace(std::mem::take(&mut mac.tokens), left);
    }
}

fn replace(tokens: TokenStream, left: &Ident) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            proc_macro2::TokenTree::Ident(ident) if ident == "self" => {
                Ident::new(&left.to_string(), left.span().located_at(ident.span())).into()
            }
            proc_macro2::TokenTree::Group(group) => {
                let mut inner =
                    proc_macro2::Group::new(group.delimiter(), replace(group.stream(), left));
                inner.set_span(group.span());
                inner.into()
            }
            token => token,
        })
        .collect()
}
