//! Methods of the user's types that are read where they are called, as a closure is: `From::from`, `Sum::sum`, `Index::index`.

use proc_macro2::{Span, TokenStream, TokenTree};

use super::{
    Reader,
    closure::{DEPTH, GROWTH},
    env::{Bind, Scopes, Want},
};
use crate::{
    declared::{self, Inlined},
    ir::Type,
};

/// What the names mean outside of a method that is being read.
pub struct Outside {
    scopes: Scopes,
    self_ty: Option<syn::Type>,
    output: Type,
}

impl Reader<'_> {
    /// The method, with the arguments of its type in the place of their names. It is reported where it is called.
    pub fn method_of(&self, own: &Inlined, of: &syn::Type, span: Span) -> Option<syn::ImplItemFn> {
        let (_, given) = declared::head(of)?;
        let itself = "Self".to_owned();
        let mut given: Vec<(&String, TokenStream)> = own
            .params
            .iter()
            .zip(&given)
            .filter_map(|(name, given)| Some((name, given.parse().ok()?)))
            .collect();
        given.push((&itself, named_anywhere(of)));
        syn::parse2(exchanged(own.text.parse().ok()?, &given, span)).ok()
    }

    /// Leaves the names of the function for those of a method of `of`; `None` where methods call each other without end.
    pub fn enter_method(&mut self, of: syn::Type, span: Span) -> Option<Outside> {
        if self.inlining.len() >= DEPTH || self.function.values.len() > GROWTH {
            if !self.too_large {
                self.errors.at_span(
                    span,
                    "this method is read where it is called, and calls itself, or others so often that the generated code would \
                     explode; move what it computes into a `#[grad]` function",
                );
            }
            self.too_large = true;
            return None;
        }
        self.inlining.push(usize::MAX);
        let outside = Outside {
            scopes: std::mem::take(&mut self.scopes),
            self_ty: self.self_ty.replace(of),
            output: std::mem::replace(&mut self.output, Type::Unknown),
        };
        self.scopes.enter();
        Some(outside)
    }

    pub fn leave_method(&mut self, outside: Outside) {
        let Outside { scopes, self_ty, output } = outside;
        self.scopes = scopes;
        self.self_ty = self_ty;
        self.output = output;
        self.inlining.pop();
    }

    /// What a method of one argument comes to.
    pub fn read_method(
        &mut self,
        method: &syn::ImplItemFn,
        of: syn::Type,
        arg: Bind,
        want: &Want,
        span: Span,
    ) -> Option<Bind> {
        let pat = parameter(method)?;
        let body = syn::Expr::Block(syn::ExprBlock {
            attrs: Vec::new(),
            label: None,
            block: method.block.clone(),
        });
        let Some(outside) = self.enter_method(of, span) else { return Some(Bind::Poison) };
        self.bind(&pat, arg, span);
        let made = self.with_returns(&body, want, span);
        self.leave_method(outside);
        Some(made)
    }
}

/// The pattern of the parameter beside `self`.
pub fn parameter(method: &syn::ImplItemFn) -> Option<syn::Pat> {
    method.sig.inputs.iter().find_map(|input| match input {
        syn::FnArg::Typed(of) => Some((*of.pat).clone()),
        syn::FnArg::Receiver(_) => None,
    })
}

/// `Point::<f64>`, which is a type and may stand before a struct's fields, too.
fn named_anywhere(ty: &syn::Type) -> TokenStream {
    let mut ty = ty.clone();
    if let syn::Type::Path(path) = &mut ty
        && let Some(last) = path.path.segments.last_mut()
        && let syn::PathArguments::AngleBracketed(arguments) = &mut last.arguments
    {
        arguments.colon2_token = Some(syn::token::PathSep::default());
    }
    quote::ToTokens::to_token_stream(&ty)
}

/// The arguments of the type in the place of their names, also inside of macros.
fn exchanged(tokens: TokenStream, given: &[(&String, TokenStream)], span: Span) -> TokenStream {
    let mut after_dot = false;
    tokens
        .into_iter()
        .flat_map(|token| {
            let is_part = std::mem::replace(
                &mut after_dot,
                matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '.'),
            );
            match token {
                TokenTree::Group(group) => {
                    let inner = exchanged(group.stream(), given, span);
                    let mut group = proc_macro2::Group::new(group.delimiter(), inner);
                    group.set_span(span);
                    TokenTree::from(group).into()
                }
                mut token => {
                    let given = match &token {
                        TokenTree::Ident(name) if !is_part => {
                            given.iter().find(|(of, _)| name == *of)
                        }
                        _ => None,
                    };
                    token.set_span(span);
                    given.map_or_else(|| token.into(), |(_, with)| with.clone())
                }
            }
        })
        .collect()
}
