//! Vectors that grow and shrink, and elements that change their order.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::{
    body::Printer,
    expr::{Expr, Precedence},
};
use crate::ir::{Growth, Permutation, Place, Sort, Type, Var};

impl<'a> Printer<'a> {
    pub fn growth(&self, place: &Place, growth: &Growth, span: Span) -> TokenStream {
        let vector = self.place(place).at(Precedence::Postfix);
        let unknown = Type::Unknown;
        let ty = self.function.place_type(place);
        let element = ty.element().unwrap_or(&unknown);
        match growth {
            Growth::Push(item) => {
                let item = self.init(item, element, span);
                quote_spanned!(span=> #vector.push(#item);)
            }
            Growth::Pop { out: Some(Var::Memory(out)) } => {
                let name = self.memory_name(*out);
                let mutable = self.plan.written.contains(out).then(|| quote_spanned!(span=> mut));
                let last = self.pop(place, span).tokens();
                quote_spanned!(span=> let #mutable #name = #last;)
            }
            // Whoever reads the value binds it (`Printer::define`).
            Growth::Pop { .. } => quote_spanned!(span=> #vector.pop();),
            Growth::Extend(from) => {
                let from = self.borrow(from, false, true);
                quote_spanned!(span=> #vector.extend_from_slice(#from);)
            }
            Growth::Truncate(len) => {
                let len = self.tokens(*len);
                quote_spanned!(span=> #vector.truncate(#len);)
            }
            Growth::Resize { len, value } => {
                let len = self.tokens(*len);
                let item = self.repeat(self.tokens(*value), element, &[], span);
                quote_spanned!(span=> #vector.resize(#len, #item);)
            }
        }
    }

    /// The last element of a vector, taken from it.
    pub fn pop(&self, place: &Place, span: Span) -> Expr {
        let vector = self.place(place).at(Precedence::Postfix);
        Expr::atom(quote_spanned!(span=> #vector.pop().unwrap()))
    }

    /// `let order = sorted(n, |i, j| ..);`
    pub fn sort(&mut self, sort: &'a Sort, span: Span, out: &mut TokenStream) {
        let runtime = self.runtime;
        let name = self.memory_name(sort.order);
        let len = self.tokens(sort.len);
        let [i, j] = sort.indices.map(|index| self.value_name(index));
        let mut body = TokenStream::new();
        self.statements(&sort.body.ops, &mut body);
        body.extend(sort.body.yields.iter().map(|var| self.yielded(*var)));
        let function = match sort.stable {
            true => quote_spanned!(span=> #runtime::sorted),
            false => quote_spanned!(span=> #runtime::sorted_unstable),
        };
        out.extend(quote_spanned!(span=> let #name = #function(#len, |#i, #j| { #body });));
    }

    pub fn permutation(&self, place: &Place, by: &Permutation, span: Span) -> TokenStream {
        let elements = self.place(place).at(Precedence::Postfix);
        match by {
            Permutation::Reverse => quote_spanned!(span=> #elements.reverse();),
            Permutation::RotateLeft(by) => {
                let by = self.tokens(*by);
                quote_spanned!(span=> #elements.rotate_left(#by);)
            }
            Permutation::RotateRight(by) => {
                let by = self.tokens(*by);
                quote_spanned!(span=> #elements.rotate_right(#by);)
            }
            Permutation::Order { order, inverted } => {
                let runtime = self.runtime;
                let elements = self.borrow(place, true, true);
                let order = self.borrow(&(*order).into(), false, true);
                if *inverted {
                    quote_spanned!(span=> #runtime::permute_back(#elements, #order);)
                } else {
                    quote_spanned!(span=> #runtime::permute(#elements, #order);)
                }
            }
        }
    }
}
