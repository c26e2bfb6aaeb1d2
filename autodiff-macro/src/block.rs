//! `#[grad]` on an `impl` block or a trait: every method that is marked inside (or all, if none is) gets its companions.

mod assign;
mod operator;
mod outside;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};

use self::operator::Operator;
use crate::{
    error::Errors,
    expand,
    options::{Around, Options},
    parse::{Home, scalar_named},
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
    let constant =
        |item: &syn::ImplItem| matches!(item, syn::ImplItem::Fn(f) if is_constant(&f.sig));
    // Where all are meant, those that take nothing to differentiate have nothing beside them: `Matrix::identity(3)`.
    let beside_others = all && !block.items.iter().all(constant);
    for item in &mut block.items {
        if beside_others && constant(item) {
            continue;
        }
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

/// Whether nothing that is taken has a derivative: only integers and texts, or nothing at all.
fn is_constant(sig: &syn::Signature) -> bool {
    sig.inputs.iter().all(|input| match input {
        syn::FnArg::Receiver(_) => false,
        syn::FnArg::Typed(of) => match &*of.ty {
            syn::Type::Path(path) => path.path.get_ident().is_some_and(
                |name| matches!(scalar_named(&name.to_string()), Some(ty) if !ty.is_float()),
            ),
            _ => false,
        },
    })
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
