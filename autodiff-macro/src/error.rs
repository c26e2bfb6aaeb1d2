//! Collects errors, so that a function's are all reported at once.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};

/// Spanned errors of one function. Must be drained with [`Errors::finish`].
#[derive(Debug, Default)]
pub struct Errors {
    list: Vec<syn::Error>,
    /// The compiler refuses the function itself.
    by_compiler: bool,
}

impl Errors {
    /// `message` says what it is, why it cannot be differentiated, and what to write instead.
    pub fn at(&mut self, tokens: impl ToTokens, message: impl std::fmt::Display) {
        self.list.push(syn::Error::new_spanned(tokens, message));
    }

    pub fn at_span(&mut self, span: Span, message: impl std::fmt::Display) {
        // What is read again, to know its type, has its errors already.
        let error = syn::Error::new(span, message);
        let place = format!("{span:?}");
        let same = |old: &syn::Error| {
            format!("{:?}", old.span()) == place && old.to_string() == error.to_string()
        };
        if !self.list.iter().any(same) {
            self.list.push(error);
        }
    }

    pub fn push(&mut self, error: syn::Error) {
        self.list.push(error);
    }

    /// The compiler will refuse the function itself, which is enough to be said.
    pub fn leave_to_compiler(&mut self) {
        self.by_compiler = true;
    }

    pub fn append(&mut self, other: Errors) {
        self.by_compiler |= other.by_compiler;
        self.list.extend(other.list);
    }

    pub fn count(&self) -> usize {
        self.list.len()
    }

    pub fn truncate(&mut self, count: usize) {
        self.list.truncate(count);
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty() && !self.by_compiler
    }

    /// A type in error, about whose use the compiler is silent. Its own error is the first of these.
    pub fn as_type(&self) -> Option<TokenStream> {
        let first = self.list.first()?.clone().into_iter().next()?.to_compile_error();
        Some(quote!(<[(); #first] as ::core::iter::Iterator>::Item))
    }

    /// Leaves it out, because [`Self::as_type`] reports it.
    pub fn forget_first(&mut self) {
        if self.list.is_empty() {
            return;
        }
        let first = self.list.remove(0).into_iter().skip(1);
        self.list.splice(0..0, first);
    }

    /// The `compile_error!`s, or nothing.
    pub fn finish(self) -> Option<TokenStream> {
        let all = self.list.into_iter().reduce(|mut all, next| {
            all.combine(next);
            all
        })?;
        Some(all.into_compile_error())
    }
}
