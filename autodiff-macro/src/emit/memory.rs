//! The operations on memory.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::{
    body::{Bound, Printer},
    expr::{Expr, Precedence},
    names::hygienic,
};
use crate::{
    ir::{Op, OpKind, Place, Type, ValueId},
    rules::Rule,
};

impl<'a> Printer<'a> {
    pub fn memory_statement(&mut self, op: &Op, out: &mut TokenStream) {
        let span = hygienic(op.span);
        let (written, statement) = match &op.kind {
            OpKind::Store { place, value } => {
                let (to, value) = (self.place(place).tokens(), self.tokens(*value));
                (Some(place.memory), quote_spanned!(span=> #to = #value;))
            }
            OpKind::Accumulate { place, value } => {
                (Some(place.memory), self.accumulate(place, *value, span))
            }
            OpKind::Alloc { memory, init } => (None, self.alloc(*memory, init, span)),
            OpKind::View { memory, of } => {
                let name = self.memory_name(*memory);
                let view = self.borrow(of, self.plan.written.contains(memory), true);
                (None, quote_spanned!(span=> let #name = #view;))
            }
            OpKind::Split { memories: [left, right], of, at } => {
                let (a, b) = (self.memory_name(*left), self.memory_name(*right));
                let (at, base) = (self.tokens(*at), self.place(of).at(Precedence::Postfix));
                let mutable = [left, right].iter().any(|memory| self.plan.written.contains(memory));
                let method = if mutable { quote!(split_at_mut) } else { quote!(split_at) };
                (None, quote_spanned!(span=> let (#a, #b) = #base.#method(#at);))
            }
            OpKind::Fill { place, value } => (Some(place.memory), self.fill(place, *value, span)),
            OpKind::Copy { to, from } => (Some(to.memory), self.copy(to, from, span)),
            OpKind::AddAll { to, from } => {
                let runtime = self.runtime;
                let (to_tokens, from) =
                    (self.borrow(to, true, true), self.borrow(from, false, true));
                (Some(to.memory), quote_spanned!(span=> #runtime::add_all(#to_tokens, #from);))
            }
            OpKind::Swap { place, at: [i, j] } => {
                let base = self.place(place).at(Precedence::Postfix);
                let (i, j) = (self.tokens(*i), self.tokens(*j));
                (Some(place.memory), quote_spanned!(span=> #base.swap(#i, #j);))
            }
            OpKind::Assign { to, from } => {
                let (target, source) =
                    (self.place(&(*to).into()).tokens(), self.memory_tokens(*from));
                let target = match (self.bound(*to), &self.function.memory(*to).ty) {
                    (Bound::Reference | Bound::Optional, Type::Vec(_) | Type::Unknown) => {
                        quote!(*#target)
                    }
                    _ => target,
                };
                (Some(*to), quote_spanned!(span=> #target = #source;))
            }
            OpKind::Vector { place, growth } => {
                (Some(place.memory), self.growth(place, growth, span))
            }
            OpKind::Permute { place, by } => {
                (Some(place.memory), self.permutation(place, by, span))
            }
            _ => (None, TokenStream::new()),
        };
        match written.and_then(|memory| self.optional_root(memory)) {
            Some(root) => {
                let slot = self.memory_name(root);
                out.extend(quote_spanned!(span=>
                    if let ::core::option::Option::Some(#slot) = #slot.get() {
                        #statement
                    }
                ));
            }
            None => out.extend(statement),
        }
    }

    fn accumulate(&self, place: &Place, value: ValueId, span: Span) -> TokenStream {
        if self.plan.is_folded(value)
            && let Some(Op { kind: OpKind::Rule { rule: Rule::Neg, args, .. }, .. }) =
                self.plan.definitions.get(&value)
        {
            return self.accumulated(place, quote!(-=), self.tokens(args[0]), span);
        }
        self.accumulated(place, quote!(+=), self.tokens(value), span)
    }

    fn accumulated(
        &self,
        place: &Place,
        operator: TokenStream,
        value: TokenStream,
        span: Span,
    ) -> TokenStream {
        let to = self.place(place).tokens();
        let name = self.memory_name(place.memory).to_string();
        // Of numbers, the right side is evaluated first; of lanes the left one, which borrows a vector for that time.
        let borrowed =
            self.function.place_type(place).lanes().is_some() && mentions(value.clone(), &name);
        if borrowed {
            let sum = proc_macro2::Ident::new("part", Span::mixed_site());
            return quote_spanned!(span=> { let #sum = #value; #to #operator #sum; });
        }
        quote_spanned!(span=> #to #operator #value;)
    }

    fn fill(&self, place: &Place, value: ValueId, span: Span) -> TokenStream {
        let ty = self.function.place_type(place);
        let value = self.tokens(value);
        if ty.is_float() {
            let to = self.place(place).tokens();
            return quote_spanned!(span=> #to = #value;);
        }
        let mut leaf = &ty;
        while let Some(of) = leaf.element() {
            leaf = of;
        }
        if leaf.is_open() {
            // Only zeros are written to all of a type that is not seen.
            let (runtime, to) = (self.runtime, self.borrow(place, true, true));
            return quote_spanned!(span=> #runtime::fill_zero(#to););
        }
        match ty.element() {
            Some(of) if is_plain_scalar(of) => {
                let to = self.place(place).at(Precedence::Postfix);
                quote_spanned!(span=> #to.fill(#value);)
            }
            _ => {
                let runtime = self.runtime;
                let to = self.borrow(place, true, true);
                quote_spanned!(span=> #runtime::fill_all(#to, #value);)
            }
        }
    }

    /// A place on the left of an assignment.
    pub fn assigned(&self, place: &Place) -> TokenStream {
        let is_reference = place.path.is_empty()
            && !self.plan.is_inline(place.memory)
            && self.bound(place.memory) != Bound::Owned;
        let tokens = self.place(place).tokens();
        if is_reference && !is_plain_scalar(&self.function.place_type(place)) {
            quote!(*#tokens)
        } else {
            tokens
        }
    }

    fn copy(&self, to: &Place, from: &Place, span: Span) -> TokenStream {
        let source = self.place(from);
        match (self.function.place_type(to), self.function.place_type(from)) {
            (Type::Slice(of) | Type::Vec(of), _) | (_, Type::Slice(of) | Type::Vec(of)) => {
                let method = if super::types::is_copy(&of) {
                    quote!(copy_from_slice)
                } else {
                    quote!(clone_from_slice)
                };
                let to = self.place(to).at(Precedence::Postfix);
                let from = self.borrow(from, false, false);
                quote_spanned!(span=> #to.#method(#from);)
            }
            (to_ty, from_ty) => {
                // A reference to an array is assigned through.
                let through = |place: &Place, ty: &Type, tokens: Expr| {
                    let is_reference = place.path.is_empty()
                        && !self.plan.is_inline(place.memory)
                        && self.bound(place.memory) != Bound::Owned
                        && !is_plain_scalar(ty);
                    let tokens = tokens.tokens();
                    if is_reference { quote!(*#tokens) } else { tokens }
                };
                let target = through(to, &to_ty, self.place(to));
                let source = match from_ty.is_open() {
                    true => self.copied(from, span),
                    false => through(from, &from_ty, source),
                };
                quote_spanned!(span=> #target = #source;)
            }
        }
    }
}

/// A scalar that is copied, also behind a reference.
pub fn is_plain_scalar(ty: &Type) -> bool {
    matches!(ty, Type::Float(_) | Type::Int(_) | Type::Bool)
}

fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => ident == name,
        proc_macro2::TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}
