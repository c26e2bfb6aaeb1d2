//! Expressions as tokens, with no more parentheses than needed.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

/// How tightly an expression binds, loosest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Precedence {
    /// `if`, `a..b`, closures.
    Lowest,
    Or,
    And,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Sum,
    Product,
    Cast,
    Prefix,
    Postfix,
}

#[derive(Clone, Debug)]
pub struct Expr {
    tokens: TokenStream,
    precedence: Precedence,
    /// Ends in a type (`x as usize`), after which `<` would begin generics.
    ends_in_type: bool,
    /// Starts with a minus.
    negative: bool,
}

impl Expr {
    pub fn new(tokens: TokenStream, precedence: Precedence) -> Expr {
        Expr { tokens, precedence, ends_in_type: false, negative: false }
    }

    pub fn atom(tokens: TokenStream) -> Expr {
        Expr::new(tokens, Precedence::Postfix)
    }

    /// As a whole: an initialiser, an argument, a condition.
    pub fn tokens(self) -> TokenStream {
        self.tokens
    }

    /// As an operand of something that binds as tightly as `precedence`.
    pub fn at(self, precedence: Precedence) -> TokenStream {
        if self.precedence >= precedence {
            self.tokens
        } else {
            let tokens = self.tokens;
            quote!((#tokens))
        }
    }

    /// `receiver.method(arguments)`.
    pub fn method(self, span: Span, name: &str, turbofish: &TokenStream, args: Vec<Expr>) -> Expr {
        let name = super::names::ident(name, span);
        let args = args.into_iter().map(Expr::tokens);
        let receiver = self.at(Precedence::Postfix);
        Expr::atom(quote_spanned!(span=> #receiver.#name #turbofish(#(#args),*)))
    }

    /// A left-associative operator.
    pub fn binary(self, operator: TokenStream, precedence: Precedence, right: Expr) -> Expr {
        let negative = self.negative && self.precedence >= precedence;
        let begins_generics = matches!(precedence, Precedence::Compare | Precedence::Shift);
        let left = if precedence == Precedence::Compare {
            // `a < b < c` is no Rust.
            if self.precedence <= precedence || self.ends_in_type {
                let tokens = self.tokens;
                quote!((#tokens))
            } else {
                self.tokens
            }
        } else if begins_generics && self.ends_in_type {
            let tokens = self.tokens;
            quote!((#tokens))
        } else {
            self.at(precedence)
        };
        let mut ends_in_type = right.ends_in_type;
        let right = if right.precedence > precedence {
            right.tokens
        } else {
            ends_in_type = false;
            let tokens = right.tokens;
            quote!((#tokens))
        };
        Expr { tokens: quote!(#left #operator #right), precedence, ends_in_type, negative }
    }

    pub fn negated(self) -> Expr {
        // `--x` reads like a decrement.
        let inner = if self.negative {
            let tokens = self.tokens;
            quote!((#tokens))
        } else {
            self.at(Precedence::Prefix)
        };
        Expr {
            tokens: quote!(-#inner),
            precedence: Precedence::Prefix,
            ends_in_type: false,
            negative: true,
        }
    }

    pub fn not(self) -> Expr {
        let inner = self.at(Precedence::Prefix);
        Expr::new(quote!(!#inner), Precedence::Prefix)
    }

    pub fn cast(self, ty: TokenStream) -> Expr {
        let inner = self.at(Precedence::Cast);
        Expr {
            tokens: quote!(#inner as #ty),
            precedence: Precedence::Cast,
            ends_in_type: true,
            negative: false,
        }
    }

    /// A literal that may be negative.
    pub fn literal(tokens: TokenStream, negative: bool) -> Expr {
        let precedence = if negative { Precedence::Prefix } else { Precedence::Postfix };
        Expr { tokens, precedence, ends_in_type: false, negative }
    }

    /// `if cond { then } else { otherwise }`.
    pub fn conditional(cond: Expr, then: Expr, otherwise: Expr) -> Expr {
        let (cond, then, otherwise) = (cond.tokens(), then.tokens(), otherwise.tokens());
        Expr::new(quote!(if #cond { #then } else { #otherwise }), Precedence::Lowest)
    }
}
