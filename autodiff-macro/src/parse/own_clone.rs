//! A `Clone` of the user's that does more than copy: where something is cloned in a function that has values of such a type, it is refused.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;

use super::Reader;
use crate::ir::Type;

/// What clones, by itself or for each element.
const CLONES: [&str; 11] = [
    "clone",
    "clone_from",
    "clone_from_slice",
    "cloned",
    "to_owned",
    "to_vec",
    "vec",
    "resize",
    "extend_from_slice",
    "fill",
    "concat",
];

impl Reader<'_> {
    pub fn refuse_own_clones(&mut self, body: &syn::Block) {
        let Some(declared) = self.declared.clone() else { return };
        let mut types = Vec::new();
        self.function.memories.iter().for_each(|memory| named(&memory.ty, &mut types));
        let own = types.iter().find_map(|ty| {
            let ty = self.not_self(ty).to_token_stream().to_string();
            declared.own_clone(&ty)
        });
        if let (Some(own), Some(at)) = (own, cloned(body.to_token_stream())) {
            self.errors.at(
                &at,
                format!(
                    "`Clone` for `{own}` is written out in this file, and does something else than copy the fields, which would not be \
                     differentiated; derive it, or make the copy by a `#[grad]` method"
                ),
            );
        }
    }
}

fn named(ty: &Type, into: &mut Vec<syn::Type>) {
    match ty {
        Type::Named(of) => into.extend(of.ty.clone()),
        Type::Array(of, _) | Type::Slice(of) | Type::Vec(of) | Type::Option(of) => named(of, into),
        Type::Tuple(of) => of.iter().for_each(|ty| named(ty, into)),
        _ => {}
    }
}

fn cloned(tokens: TokenStream) -> Option<Ident> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(name) => CLONES.iter().any(|of| name == of).then_some(name),
        TokenTree::Group(group) => cloned(group.stream()),
        _ => None,
    })
}
