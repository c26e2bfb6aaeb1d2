//! Asks the compiler whether what was taken for a number or a sequence is one: a closure that nobody calls borrows each
//! such field for a function of the runtime with a bound that says what to do.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::{
    body::{Bound, Printer},
    expr::Precedence,
    names::hygienic,
};
use crate::ir::{Op, OpKind, Origin, Presumed, PresumedOf, Presumption, Shape, Step, Var, visit};

impl Printer<'_> {
    /// About the fields of parameters, and about constants.
    pub fn presumed_at_first(&self) -> TokenStream {
        let of = |of: &&Presumed| match &of.of {
            PresumedOf::Global(_) => true,
            PresumedOf::Value(_) => false,
            PresumedOf::Place(place) => {
                matches!(self.function.memory(place.memory).origin, Origin::Param(_))
            }
        };
        self.questions(self.function.presumed.iter().filter(of))
    }

    /// About the results of a call, and about the fields of what has just been made.
    pub fn presumed_after(&self, op: &Op) -> TokenStream {
        if self.function.presumed.is_empty() {
            return TokenStream::new();
        }
        let made: Vec<Var> = match &op.kind {
            OpKind::Call { result, .. } | OpKind::CallForward { result, .. } => {
                visit::shape_vars(result)
            }
            OpKind::Alloc { memory, .. } => vec![Var::Memory(*memory)],
            _ => return TokenStream::new(),
        };
        let of = |of: &&Presumed| match &of.of {
            _ if of.to_be == Presumption::Items => false,
            PresumedOf::Global(_) => false,
            PresumedOf::Value(value) => made.contains(&Var::Value(*value)),
            PresumedOf::Place(place) => made.contains(&Var::Memory(place.memory)),
        };
        self.questions(self.function.presumed.iter().filter(of))
    }

    /// A call of which nothing is known but that what it yields is gone over.
    pub fn items_of(&self, result: &Shape, call: TokenStream, span: Span) -> TokenStream {
        let is_items = self.function.presumed.iter().any(|of| {
            of.to_be == Presumption::Items
                && matches!((&of.of, result), (PresumedOf::Place(place), Shape::Var(Var::Memory(result)))
                    if place.memory == *result)
        });
        let runtime = self.runtime;
        match is_items {
            true => quote_spanned!(span=> #runtime::items!(#call)),
            false => call,
        }
    }

    fn questions<'p>(&self, presumed: impl Iterator<Item = &'p Presumed>) -> TokenStream {
        let questions: Vec<_> = presumed.map(|of| self.question(of)).collect();
        match &questions[..] {
            [] => TokenStream::new(),
            [one] => quote!(let _ = || { #one; };),
            several => quote!(let _ = || { #(#several;)* };),
        }
    }

    fn question(&self, presumed: &Presumed) -> TokenStream {
        let span = hygienic(presumed.span);
        let runtime = self.runtime;
        let to_be = match presumed.to_be {
            Presumption::Float => quote_spanned!(span=> float),
            Presumption::Count => quote_spanned!(span=> count),
            Presumption::Sequence | Presumption::Items => quote_spanned!(span=> sequence),
        };
        let ask = |of: TokenStream| quote_spanned!(span=> #runtime::presumed::#to_be(#of));
        match &presumed.of {
            PresumedOf::Global(tokens) => {
                let tokens = super::body::respan(tokens.clone(), presumed.span);
                ask(quote_spanned!(span=> &#tokens))
            }
            PresumedOf::Value(value) => {
                let value = self.value(*value).at(Precedence::Prefix);
                ask(quote_spanned!(span=> &#value))
            }
            PresumedOf::Place(place) => {
                let root = located_at(self.memory_tokens(place.memory), span);
                let is_reference = self.bound(place.memory) != Bound::Owned;
                part(root, is_reference, &place.path, span, &ask)
            }
        }
    }
}

/// The same names, where the user reads them.
fn located_at(tokens: TokenStream, span: Span) -> TokenStream {
    let each = tokens.into_iter().map(|mut token| {
        token.set_span(token.span().located_at(span));
        token
    });
    each.collect()
}

/// `ask(&root[0].field)`.
fn part(
    root: TokenStream,
    is_reference: bool,
    path: &[Step],
    span: Span,
    ask: &impl Fn(TokenStream) -> TokenStream,
) -> TokenStream {
    let mut place = root;
    for (i, step) in path.iter().enumerate() {
        place = match step {
            // One is as good as another.
            Step::Index(_) => quote_spanned!(span=> #place[0]),
            Step::Range { .. } => quote_spanned!(span=> #place[..]),
            Step::Member(name) => quote_spanned!(span=> #place.#name),
            Step::Field(i) => {
                let i = syn::Index::from(*i as usize);
                quote_spanned!(span=> #place.#i)
            }
            Step::Deref if i == 0 && is_reference => quote_spanned!(span=> **#place),
            Step::Deref => quote_spanned!(span=> *#place),
            Step::Payload { variant, member, .. } => {
                let name = proc_macro2::Ident::new("part", Span::mixed_site());
                let rest = part(name.to_token_stream(), true, &path[i + 1..], span, ask);
                return quote_spanned!(span=> match &#place {
                    #variant { #member: #name, .. } => #rest,
                    _ => {}
                });
            }
        };
    }
    match is_reference && path.is_empty() {
        true => ask(place),
        false => ask(quote_spanned!(span=> &#place)),
    }
}
