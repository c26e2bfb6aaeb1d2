//! The user's own statements: names in them are exchanged for generated ones.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::quote;

use crate::{
    ir::Var,
    maps::{HashMap, HashSet},
};

/// The names that must be bound by `let`, because the tokens hold them where no token can be exchanged: captured in
/// a format string (`"{x}"`).
pub fn captured(tokens: &TokenStream, bindings: &[(Ident, Var)]) -> HashSet<String> {
    let mut literals = Vec::new();
    collect_literals(tokens.clone(), &mut literals);
    bindings
        .iter()
        .map(|(name, _)| name.to_string())
        .filter(|name| {
            let plain = name.strip_prefix("r#").unwrap_or(name);
            literals.iter().any(|literal| mentions(literal, plain))
        })
        .collect()
}

/// Whether a format string captures `name`: as an argument, or as a width (`name$`).
fn mentions(literal: &str, name: &str) -> bool {
    literal.match_indices(name).any(|(at, _)| {
        let before = literal[..at].chars().next_back();
        let after = literal[at + name.len()..].chars().next();
        let starts = before.is_some_and(|c| "{:.<>^+-#0".contains(c) || c.is_whitespace());
        starts && after.is_some_and(|c| "}:$ ".contains(c))
    })
}

fn collect_literals(tokens: TokenStream, literals: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Literal(literal) => literals.push(literal.to_string()),
            TokenTree::Group(group) => collect_literals(group.stream(), literals),
            _ => {}
        }
    }
}

/// Exchanges the identifiers in `map`, but not the names of fields, methods and path segments.
pub fn replace(tokens: TokenStream, map: &HashMap<String, TokenStream>) -> TokenStream {
    let mut result = TokenStream::new();
    let mut after_access = false;
    let mut dots = 0;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                match map.get(&ident.to_string()) {
                    Some(with) if !after_access => {
                        let with = with.clone();
                        // A captured expression keeps its extent.
                        if with.clone().into_iter().count() == 1 {
                            result.extend(with);
                        } else {
                            result.extend(quote!((#with)));
                        }
                    }
                    _ => result.extend([TokenTree::Ident(ident)]),
                }
                after_access = false;
                dots = 0;
            }
            TokenTree::Group(group) => {
                let inner = replace(group.stream(), map);
                let mut new = Group::new(group.delimiter(), inner);
                new.set_span(group.span());
                result.extend([TokenTree::Group(new)]);
                after_access = false;
                dots = 0;
            }
            TokenTree::Punct(punct) => {
                dots = if punct.as_char() == '.' { dots + 1 } else { 0 };
                // `a.x` and `a::x`, but not `a..x`.
                after_access = dots == 1;
                result.extend([TokenTree::Punct(punct)]);
            }
            TokenTree::Literal(literal) => {
                result.extend([TokenTree::Literal(literal)]);
                after_access = false;
                dots = 0;
            }
        }
    }
    result
}
