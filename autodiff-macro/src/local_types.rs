//! Structs and enums that are declared inside of a function's body. What is kept of their values for the reverse sweep is named
//! outside of the body, and so must they be: each stands again beside the function, under a name of its own and with its
//! tangent, and generated code uses that.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{ext::IdentExt, visit::Visit, visit_mut::VisitMut};

use crate::{error::Errors, options::Options, parse::Home};

/// The function with what is declared in it under other names, and what must stand beside it.
pub struct Hoisted {
    pub item: syn::ItemFn,
    pub types: Vec<syn::Item>,
}

/// `None` where the body declares no types.
pub fn hoist(item: &syn::ItemFn) -> Option<Hoisted> {
    let mut found = Found::default();
    found.visit_block(&item.block);
    if found.types.is_empty() {
        return None;
    }
    let of = camel(&item.sig.ident.unraw().to_string());
    let names: Vec<(Ident, Ident)> = found
        .types
        .iter()
        .map(|name| (name.clone(), Ident::new(&format!("{}Inside{of}", name.unraw()), name.span())))
        .collect();
    let mut taken = Taken { names: &found.types, types: Vec::new() };
    let mut block = (*item.block).clone();
    taken.visit_block_mut(&mut block);
    let types = taken.types.iter().map(|of| syn::parse2(renamed(of.to_token_stream(), &names)));
    let mut types: Vec<syn::Item> = types.collect::<Result<_, _>>().ok()?;
    let copies = found.impls.iter().any(|of| mentions(of, &name("Clone")));
    types.iter_mut().for_each(|of| differentiable(of, copies));
    let block = syn::parse2(renamed(block.to_token_stream(), &names)).ok()?;
    Some(Hoisted { item: syn::ItemFn { block: Box::new(block), ..item.clone() }, types })
}

/// `some_function` as a part of the name of a type.
fn camel(name: &str) -> String {
    let words = name.split('_').map(|word| {
        let mut letters = word.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    });
    words.collect()
}

/// Where the types cannot stand beside the function, or would not be there what they are in the body.
pub fn refuse(item: &syn::ItemFn, options: &Options, errors: &mut Errors) -> bool {
    let mut found = Found::default();
    found.visit_block(&item.block);
    let Some(first) = found.types.first() else { return false };
    let others = |tokens: TokenStream| found.others.iter().any(|name| mentions(&tokens, name));
    let message = if options.home != Home::Module {
        "a type that is declared inside of a method has no tangent that could be named beside it; move it out of the method, and \
         put `#[derive(Differentiable)]` on it"
    } else if crate::higher_order::takes_functions(&item.sig) {
        "a type that is declared inside of a function that takes functions is not there for its callers, who read it; move it out \
         of the body, and put `#[derive(Differentiable)]` on it"
    } else if found.items.iter().any(|of| others(of.clone())) {
        "this type uses what else is declared in the body, and its tangent must stand outside of it; move both out of the body"
    } else {
        return false;
    };
    errors.at(first, message);
    true
}

/// What bodies declare.
#[derive(Default)]
struct Found {
    types: Vec<Ident>,
    items: Vec<TokenStream>,
    /// The traits of `impl` blocks.
    impls: Vec<TokenStream>,
    others: Vec<Ident>,
}

impl<'ast> Visit<'ast> for Found {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        match item {
            syn::Item::Struct(of) => self.types.push(of.ident.clone()),
            syn::Item::Enum(of) => self.types.push(of.ident.clone()),
            syn::Item::Const(of) => return self.others.push(of.ident.clone()),
            syn::Item::Type(of) => return self.others.push(of.ident.clone()),
            syn::Item::Impl(of) => {
                return self
                    .impls
                    .extend(of.trait_.iter().map(|(_, path, _)| path.to_token_stream()));
            }
            _ => return,
        }
        self.items.push(item.to_token_stream());
    }
}

/// Takes the types and their `impl` blocks out of a body.
struct Taken<'a> {
    names: &'a [Ident],
    types: Vec<syn::Item>,
}

impl VisitMut for Taken<'_> {
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        let stmts = std::mem::take(&mut block.stmts);
        for stmt in stmts {
            let is_taken = match &stmt {
                syn::Stmt::Item(syn::Item::Struct(_) | syn::Item::Enum(_)) => true,
                syn::Stmt::Item(syn::Item::Impl(of)) => {
                    let own = of.self_ty.to_token_stream();
                    self.names.iter().any(|name| mentions(&own, name))
                }
                _ => false,
            };
            match stmt {
                syn::Stmt::Item(item) if is_taken => self.types.push(item),
                stmt => block.stmts.push(stmt),
            }
        }
        syn::visit_mut::visit_block_mut(self, block);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Whether the name stands there.
fn mentions(tokens: &TokenStream, name: &Ident) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        _ => false,
    })
}

/// The same with other names, but for what follows a dot.
fn renamed(tokens: TokenStream, names: &[(Ident, Ident)]) -> TokenStream {
    let mut after_dot = false;
    let tokens = tokens.into_iter().map(|token| {
        let is_member = std::mem::replace(&mut after_dot, is_dot(&token));
        match token {
            TokenTree::Ident(ident) if !is_member => {
                match names.iter().find(|(of, _)| *of == ident) {
                    Some((_, other)) => Ident::new(&other.to_string(), ident.span()).into(),
                    None => ident.into(),
                }
            }
            TokenTree::Group(of) => {
                let stream = renamed(of.stream(), names);
                let mut group = proc_macro2::Group::new(of.delimiter(), stream);
                group.set_span(of.span());
                group.into()
            }
            token => token,
        }
    });
    tokens.collect()
}

fn is_dot(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(of) if of.as_char() == '.' && of.spacing() == proc_macro2::Spacing::Alone)
}

/// With its tangent, unless it has one or can have none, and with copies, which the reverse sweep may need.
fn differentiable(item: &mut syn::Item, copies: bool) {
    let attrs = match item {
        syn::Item::Struct(of) => &mut of.attrs,
        syn::Item::Enum(of) if of.variants.iter().any(|of| !of.fields.is_empty()) => &mut of.attrs,
        syn::Item::Enum(of) => {
            of.attrs.push(quiet());
            return;
        }
        _ => return,
    };
    let said = attrs.iter().any(|of| mentions(&of.to_token_stream(), &name("Differentiable")));
    if !said {
        attrs.push(syn::parse_quote!(#[derive(::autodiff_runtime::Differentiable)]));
    }
    if !copies && !attrs.iter().any(|of| mentions(&of.to_token_stream(), &name("Clone"))) {
        attrs.push(syn::parse_quote!(#[derive(::core::clone::Clone)]));
    }
    attrs.push(quiet());
}

fn name(of: &str) -> Ident {
    Ident::new(of, proc_macro2::Span::call_site())
}

fn quiet() -> syn::Attribute {
    syn::parse_quote!(#[allow(dead_code, nonstandard_style, clippy::all)])
}

impl Hoisted {
    /// What stands beside the function.
    pub fn beside(&self) -> TokenStream {
        let types = self.types.iter().map(|of| match of {
            syn::Item::Impl(_) => quote!(#[allow(dead_code)] #of),
            of => quote!(#[doc(hidden)] #of),
        });
        types.collect()
    }
}
