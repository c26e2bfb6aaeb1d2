//! Types that the macro knows by name only.

use std::{cell::RefCell, fmt};

use proc_macro2::TokenStream;
use quote::ToTokens;

/// A type as the user wrote it. Two are equal if they are written alike.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeName(u32);

thread_local! {
    static NAMES: RefCell<Vec<(String, TokenStream)>> = const { RefCell::new(Vec::new()) };
}

impl TypeName {
    pub fn new(ty: impl ToTokens) -> TypeName {
        let tokens = ty.into_token_stream();
        let text = tokens.to_string();
        NAMES.with_borrow_mut(|names| {
            let known = names.iter().position(|(name, _)| *name == text);
            let at = known.unwrap_or_else(|| {
                names.push((text, tokens));
                names.len() - 1
            });
            TypeName(at as u32)
        })
    }

    pub fn tokens(self) -> TokenStream {
        NAMES.with_borrow(|names| {
            names.get(self.0 as usize).map_or_else(TokenStream::new, |(_, tokens)| tokens.clone())
        })
    }

    /// Tokens of the compiler's must not outlive the expansion in which they came: called at its start and its end.
    pub fn forget_all() {
        NAMES.with_borrow_mut(Vec::clear);
    }
}

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tokens().to_string().replace(' ', ""))
    }
}

impl fmt::Debug for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
