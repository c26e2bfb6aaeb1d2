//! Functions that return an `Option` or a `Result`.

use super::super::{Reader, env::Bind};
use super::{UNSEEN, held_type};
use crate::ir::Type;
use proc_macro2::{Span, TokenStream};

impl Reader<'_> {
    pub fn choice_output(&mut self, choice: &ChoiceOutput, item: &syn::ItemFn) -> Type {
        self.returns_choice = true;
        if choice.is_result {
            // Where there is an error, the function is called once more to make it.
            if let Some(receiver) = item.sig.receiver()
                && (receiver.reference.is_none() || receiver.mutability.is_some())
            {
                self.errors.at(
                    receiver,
                    "a method that returns a `Result` is called once more for its error, so that it must not take or change \
                     its receiver; take `&self`",
                );
            }
            for input in &item.sig.inputs {
                if let syn::FnArg::Typed(param) = input
                    && !is_passed_twice(&param.ty)
                {
                    self.errors.at(
                        &param.ty,
                        "a function that returns a `Result` is called once more for its error, so that its parameters \
                         must not be moved or changed by it; take `&`, numbers or arrays",
                    );
                }
            }
        }
        let held = self.ty(&choice.held);
        Type::Tuple(vec![Type::Bool, held])
    }

    /// What is returned, as a flag and a value.
    pub fn parts_returned(&mut self, value: Bind, span: Span) -> Bind {
        match value {
            Bind::Choice(choice) => {
                let choice = self.forced(&choice, span);
                Bind::Tuple(vec![choice.there, choice.value])
            }
            Bind::Uninit | Bind::Poison => Bind::Uninit,
            value => match self.choice_seen(&value, span) {
                Some(choice) => self.parts_returned(choice.into(), span),
                None => {
                    self.errors.at_span(span, UNSEEN);
                    Bind::Uninit
                }
            },
        }
    }
}

/// What a function returns that returns an `Option` or a `Result`.
#[derive(Clone, Debug)]
pub struct ChoiceOutput {
    /// As written.
    pub ty: syn::Type,
    pub held: syn::Type,
    pub is_result: bool,
}

impl ChoiceOutput {
    pub fn of(item: &syn::ItemFn) -> Option<ChoiceOutput> {
        let syn::ReturnType::Type(_, ty) = &item.sig.output else { return None };
        let held = held_type(ty)?;
        let is_result = matches!(&**ty, syn::Type::Path(path)
            if path.path.segments.last().is_some_and(|last| last.ident == "Result"));
        Some(ChoiceOutput { ty: (**ty).clone(), held, is_result })
    }

    /// The same `Option` or `Result`, of something else.
    pub fn holding(&self, held: TokenStream) -> syn::Type {
        let mut ty = self.ty.clone();
        if let syn::Type::Path(path) = &mut ty
            && let Some(last) = path.path.segments.last_mut()
            && let syn::PathArguments::AngleBracketed(args) = &mut last.arguments
            && let Some(first) = args.args.first_mut()
        {
            *first = syn::GenericArgument::Type(syn::Type::Verbatim(held));
        }
        ty
    }
}

fn is_passed_twice(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Reference(r) => r.mutability.is_none(),
        syn::Type::Array(array) => is_passed_twice(&array.elem),
        syn::Type::Tuple(tuple) => tuple.elems.iter().all(is_passed_twice),
        syn::Type::Paren(ty) => is_passed_twice(&ty.elem),
        syn::Type::Group(ty) => is_passed_twice(&ty.elem),
        syn::Type::Path(path) => path
            .path
            .get_ident()
            .is_some_and(|name| super::super::types::scalar_named(&name.to_string()).is_some()),
        _ => false,
    }
}
