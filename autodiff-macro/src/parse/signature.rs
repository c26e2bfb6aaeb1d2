//! The signature: what may stand in it.

mod params;
mod results;

use proc_macro2::Span;
use syn::{spanned::Spanned, visit::Visit};

use super::{Reader, SourceParam, generics::Kind};
use crate::{
    emit::tangent,
    ir::{Foreign, Role},
    options::Options,
};

/// `#[cfg]` on a part of the function is decided after this macro has run.
struct Conditions<'a, 'r>(&'a mut Reader<'r>);

impl<'ast> Visit<'ast> for Conditions<'_, '_> {
    fn visit_attribute(&mut self, attr: &'ast syn::Attribute) {
        if attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr") {
            self.0.errors.at(
                attr,
                "`#[cfg]` inside of the function is not decided yet when the derivative is made; write \
                 `if cfg!(..)`, or put `#[cfg]` on two whole functions",
            );
        }
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

impl Reader<'_> {
    fn refuse_attributes(&mut self, item: &syn::ItemFn) {
        let mut conditions = Conditions(self);
        conditions.visit_signature(&item.sig);
        conditions.visit_block(&item.block);
    }

    /// What can be said of the function without its body.
    pub fn check_signature(&mut self, item: &syn::ItemFn, options: &Options) {
        let sig = &item.sig;
        self.refuse_attributes(item);
        if let Some(token) = sig.unsafety {
            self.errors.at(
                token,
                "an `unsafe` function cannot be differentiated, because what it may read and write is not known; \
                 write a safe function, and check in it what the caller would have to promise",
            );
        }
        if let Some(token) = sig.asyncness {
            self.errors.at(
                token,
                "an `async` function cannot be differentiated, because it runs in pieces at times that the macro \
                 cannot see; compute the values first, and differentiate a plain function of them",
            );
        }
        if let Some(abi) = &sig.abi {
            self.errors.at(
                abi,
                "an `extern` function cannot be differentiated, because its companions would have to be `extern` \
                 too; call a plain `#[grad]` function from it",
            );
        }
        if let Some(variadic) = &sig.variadic {
            self.errors.at(variadic, "variadic functions cannot be differentiated; take a slice");
        }
        for input in &sig.inputs {
            if let syn::FnArg::Typed(param) = input
                && Foreign::of_type(&param.ty).is_some()
                && Foreign::is_view(&param.ty)
            {
                self.errors.at(
                    &param.ty,
                    "a view passed by value cannot be kept for the reverse sweep, because what it borrows has another owner; \
                     take it by reference: `&ArrayView1<f64>`",
                );
            }
        }
        let outer = options.around.iter().flat_map(|around| around.generics.const_params());
        for param in outer {
            let ty = self.ty(&param.ty);
            self.const_params.push((param.ident.to_string(), ty));
        }
        for param in &sig.generics.params {
            match param {
                syn::GenericParam::Type(param) => {
                    let kind = self.type_param(&param.ident.to_string()).map(|param| param.kind);
                    if kind == Some(Kind::Function) {
                        self.errors.at(
                            param,
                            "a function passed as an argument cannot be differentiated yet, because the function \
                             called is known only where it is passed; call a `#[grad]` function by its name",
                        );
                    }
                }
                syn::GenericParam::Const(param) => {
                    let ty = self.ty(&param.ty);
                    self.const_params.push((param.ident.to_string(), ty));
                }
                syn::GenericParam::Lifetime(_) => {}
            }
        }
        if let Some(receiver) = sig.receiver()
            && !is_plain_receiver(receiver)
        {
            self.errors.at(
                &receiver.ty,
                "only `self`, `&self` and `&mut self` are followed: take one of these, and let the caller \
                 dereference",
            );
        }
    }

    /// Parameters of a type that the file declares without tangents: one error each, where the compiler would have many.
    pub fn refuse_without_tangents(&mut self, written: &[SourceParam]) {
        let Some(declared) = self.declared.clone() else { return };
        if !self.errors.is_empty() {
            return;
        }
        let found: Vec<(Span, String, bool)> = written
            .iter()
            .zip(&self.function.params)
            .filter(|(_, param)| param.role == Role::Primal && param.differentiable)
            .filter_map(|(written, _)| {
                let ty = self.not_self(referred(&written.ty));
                let syn::Type::Path(path) = &ty else { return None };
                let name = path.path.get_ident()?.to_string();
                let lacks = declared.lacks_tangents(&name, &self.module);
                lacks.then(|| (written.ident.span(), name, written.receiver))
            })
            .collect();
        for (span, name, receiver) in found {
            let what = if receiver { "`self`" } else { "this parameter" };
            self.errors.at_span(
                span,
                format!(
                    "`{name}` has no tangents, so that {what} has no derivative: put `#[derive(Differentiable)]` on \
                     `{name}`, or leave the parameter out by naming those to differentiate, `#[grad(wrt(..))]`"
                ),
            );
        }
    }

    /// Structs that borrow, passed by value: what a free function keeps for its reverse sweep has no lifetimes.
    pub fn refuse_borrowing(&mut self, written: &[SourceParam]) {
        let found: Vec<(Span, String)> = written
            .iter()
            .zip(&self.function.params)
            .filter(|(_, param)| param.role == Role::Primal && param.differentiable)
            .filter_map(|(written, _)| {
                let syn::Type::Path(path) = &written.ty else { return None };
                let last = path.path.segments.last()?;
                let syn::PathArguments::AngleBracketed(of) = &last.arguments else { return None };
                let borrows = of.args.iter().any(
                    |of| matches!(of, syn::GenericArgument::Lifetime(of) if of.ident != "static"),
                );
                let foreign = crate::ir::Foreign::of_name(&last.ident.to_string()).is_some();
                (borrows && !foreign).then(|| (path.span(), last.ident.to_string()))
            })
            .collect();
        for (span, name) in found {
            self.errors.at_span(
                span,
                format!(
                    "`{name}` borrows, and what is kept of it for the reverse sweep cannot: take a reference to it, `&{name}`, or \
                     make this a method of `{name}`"
                ),
            );
        }
    }

    fn check_wrt(&mut self, item: &syn::ItemFn, options: &Options) {
        let names: Vec<String> = item
            .sig
            .inputs
            .iter()
            .filter_map(|input| match input {
                syn::FnArg::Typed(p) => match &*p.pat {
                    syn::Pat::Ident(p) => Some(super::key(&p.ident)),
                    _ => None,
                },
                syn::FnArg::Receiver(_) => Some("self".to_owned()),
            })
            .collect();
        for (i, ident) in options.wrt.iter().flatten().enumerate() {
            if !names.contains(&super::key(ident)) {
                self.errors.at(
                    ident,
                    format!(
                        "`{ident}` is not a parameter of this function; `wrt` names parameters: {}",
                        names.join(", ")
                    ),
                );
                continue;
            }
            if options.wrt.iter().flatten().take(i).any(|before| before == ident) {
                self.errors.at(ident, format!("`{ident}` is named twice"));
            }
            let param = self.function.params.iter().find(|p| p.name == super::name_of(ident));
            if let Some(param) = param
                && !param.differentiable
            {
                self.errors.at(
                    ident,
                    format!(
                        "`{ident}` has no derivative: it is no float, and no array, slice, vector or tuple of \
                         floats; leave it out of `wrt`"
                    ),
                );
            }
        }
    }
}

/// `Self`, `&Self` or `&mut Self`, however it is written.
fn is_plain_receiver(receiver: &syn::Receiver) -> bool {
    let behind = match tangent::bare(&receiver.ty) {
        syn::Type::Reference(reference) => tangent::bare(&reference.elem),
        ty => ty,
    };
    matches!(behind, syn::Type::Path(path) if ["Self", "f32", "f64"].iter().any(|name| path.path.is_ident(name)))
}

/// What is behind a reference.
fn referred(ty: &syn::Type) -> &syn::Type {
    match tangent::bare(ty) {
        syn::Type::Reference(of) => referred(&of.elem),
        ty => ty,
    }
}

fn is_text(ty: &syn::Type) -> bool {
    match tangent::bare(ty) {
        syn::Type::Path(path) => path.path.is_ident("str") || path.path.is_ident("String"),
        _ => false,
    }
}
