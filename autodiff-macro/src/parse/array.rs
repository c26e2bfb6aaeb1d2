//! Arrays and vectors made inside the function.

use proc_macro2::Span;
use quote::ToTokens;
use syn::{parse::Parser as _, spanned::Spanned};

use super::{
    Reader,
    env::{Bind, Target, Want},
    types::{is_memory, join},
};
use crate::ir::{Init, Length, Place, Type, ValueId};

impl Reader<'_> {
    /// `[a, b]`, `[a; N]`, `vec![..]`: the content, and its type.
    pub fn array(&mut self, expr: &syn::Expr, want: &Want) -> Bind {
        let span = expr.span();
        let (init, ty) = self.init(expr, want);
        let ty = match want.ty() {
            Some(wanted) if is_memory(wanted) && fits(wanted, &ty) => wanted.clone(),
            _ => ty,
        };
        Bind::Owned(self.alloc(ty, init, None, span))
    }

    pub fn init(&mut self, expr: &syn::Expr, want: &Want) -> (Init, Type) {
        match expr {
            syn::Expr::Paren(e) => self.init(&e.expr, want),
            syn::Expr::Group(e) => self.init(&e.expr, want),
            syn::Expr::Array(e) => {
                let (items, of) = self.items_of(e.elems.iter(), want);
                let n = items.len() as u64;
                let tokens = proc_macro2::Literal::u64_unsuffixed(n).to_token_stream();
                let length = Length { tokens, known: Some(n) };
                (Init::List(items), Type::Array(Box::new(of), length))
            }
            syn::Expr::Repeat(e) => {
                let length = self.length(&e.len);
                let (init, of) = self.init(&e.expr, &want.element());
                let ty = Type::Array(Box::new(of), length);
                let of = ty.element().cloned().unwrap_or(Type::Unknown);
                (self.repeat_init(init, &of, None, e.span()), ty)
            }
            syn::Expr::Struct(e) if e.rest.is_none() => {
                let init = self.record_init(e);
                (init, self.named_here(super::record::type_of(&e.path)))
            }
            syn::Expr::Macro(e) if e.mac.path.is_ident("vec") && !self.is_other_macro(&e.mac) => {
                self.vector(&e.mac, want)
            }
            _ => {
                let bind = self.value(expr, want);
                self.item(bind, expr.span())
            }
        }
    }

    fn items_of<'e>(
        &mut self,
        elems: impl Iterator<Item = &'e syn::Expr>,
        want: &Want,
    ) -> (Vec<Init>, Type) {
        let mut of = match want.element() {
            Want::Type(ty) => ty,
            _ => Type::Unknown,
        };
        let element = want.element();
        let mut items = Vec::new();
        let before = self.errors.count();
        for e in elems {
            if self.errors.count() > before {
                break;
            }
            let (init, ty) = self.init(e, &element);
            of = if of == Type::Unknown { ty } else { join(&of, &ty) };
            items.push(init);
        }
        (items, of)
    }

    pub fn item(&mut self, bind: Bind, span: Span) -> (Init, Type) {
        let ty = self.bind_type(&bind);
        match bind {
            Bind::Owned(memory) => (Init::Copy(memory.into()), ty),
            Bind::Content(place) if is_memory(&ty) || place.path.is_empty() => {
                (Init::Copy(place), ty)
            }
            Bind::Reference { target: Target::Place(_) | Target::Variable(_), .. }
                if is_memory(&ty) =>
            {
                self.errors.at_span(
                    span,
                    "an array of references cannot be followed, because what its elements name is not known; \
                     store copies (`.to_vec()`, `*r`), or name the rows one by one",
                );
                (Init::Empty, Type::Unknown)
            }
            Bind::Choice(choice) => match (choice.there, choice.error) {
                (Bind::Known(true), None) => {
                    let (held, ty) = self.item(choice.value, span);
                    (super::choice::some_of(held), self.option_of(&ty))
                }
                (Bind::Known(false), None) => (super::choice::none(), Type::Unknown),
                (there, error) => {
                    let choice = super::choice::Choice { there, value: choice.value, error };
                    let Some(made) = self.choice_made(choice, span) else {
                        return (Init::Empty, Type::Unknown);
                    };
                    let ty = match &self.function.memory(made).ty {
                        ty if ty.is_written() => ty.clone(),
                        _ => Type::Unknown,
                    };
                    (Init::Copy(made.into()), ty)
                }
            },
            Bind::Tuple(of) => {
                let (items, types) = of.into_iter().map(|of| self.item(of, span)).unzip();
                (Init::List(items), Type::Tuple(types))
            }
            bind => {
                if self.loses_reference(&bind, span) {
                    return (Init::Empty, Type::Unknown);
                }
                let value = self.scalar_of(bind, span);
                (Init::Value(value), self.function.value(value).ty.clone())
            }
        }
    }

    /// An `Option` of this, as far as it can be written down.
    fn option_of(&self, held: &Type) -> Type {
        let written = match held {
            Type::Float(crate::ir::Float::Literal) => Some(self.usual_float.clone()),
            held => Reader::written_type(held),
        };
        let Some(written) = written else { return Type::Unknown };
        let mut named = Type::named(syn::parse_quote!(::core::option::Option<#written>));
        if let Type::Named(of) = &mut named {
            let member = crate::ir::held_by_option().member();
            of.fields = member.map(|member| (member, held.clone())).into_iter().collect();
        }
        named
    }

    /// `len` is `None` for arrays, whose type has it.
    fn repeat_init(&mut self, init: Init, of: &Type, len: Option<ValueId>, span: Span) -> Init {
        match init {
            Init::Value(value) => Init::Repeat { value, lens: len.into_iter().collect() },
            Init::Repeat { value, lens } => {
                Init::Repeat { value, lens: len.into_iter().chain(lens).collect() }
            }
            Init::Copy(place) => Init::RepeatPlace { place, lens: len.into_iter().collect() },
            Init::RepeatPlace { place, lens } => {
                Init::RepeatPlace { place, lens: len.into_iter().chain(lens).collect() }
            }
            list @ (Init::List(_)
            | Init::Record { .. }
            | Init::Global(_)
            | Init::ZeroLike(_)
            | Init::Capacity(_)
            | Init::Empty) => {
                // A row that is written out: made once, then repeated.
                let ty = match &list {
                    Init::List(items) if !matches!(of, Type::Tuple(_)) => self.list_type(items),
                    _ => of.clone(),
                };
                let row: Place = self.alloc(ty, list, None, span).into();
                Init::RepeatPlace { place: row, lens: len.into_iter().collect() }
            }
        }
    }

    fn list_type(&self, items: &[Init]) -> Type {
        let n = items.len() as u64;
        let tokens = proc_macro2::Literal::u64_unsuffixed(n).to_token_stream();
        let of = items.iter().fold(Type::Unknown, |of, item| {
            let ty = match item {
                Init::Value(value) => self.function.value(*value).ty.clone(),
                Init::List(items) => self.list_type(items),
                Init::Copy(place) => self.function.place_type(place),
                _ => Type::Unknown,
            };
            if of == Type::Unknown { ty } else { join(&of, &ty) }
        });
        Type::Array(Box::new(of), Length { tokens, known: Some(n) })
    }

    fn vector(&mut self, mac: &syn::Macro, want: &Want) -> (Init, Type) {
        type List = syn::punctuated::Punctuated<syn::Expr, syn::Token![,]>;
        let repeat = |input: syn::parse::ParseStream<'_>| {
            let elem: syn::Expr = input.parse()?;
            input.parse::<syn::Token![;]>()?;
            let len: syn::Expr = input.parse()?;
            Ok((elem, len))
        };
        let vec = |of: Type| Type::Vec(Box::new(of));
        if let Ok((elem, len)) = repeat.parse2(mac.tokens.clone()) {
            let (init, of) = self.init(&elem, &want.element());
            let len = self.scalar(&len, &Want::Type(super::types::USIZE));
            return (self.repeat_init(init, &of, Some(len), mac.span()), vec(of));
        }
        match List::parse_terminated.parse2(mac.tokens.clone()) {
            Ok(list) => {
                let (items, of) = self.items_of(list.iter(), want);
                (Init::List(items), vec(of))
            }
            Err(_) => {
                self.errors
                    .at(mac, "the macro cannot read this; write `vec![a, b]` or `vec![a; n]`");
                (Init::Empty, vec(Type::Unknown))
            }
        }
    }
}

/// Whether an annotated type can be that of what is made: an annotation is trusted in all but the kind.
fn fits(wanted: &Type, made: &Type) -> bool {
    match (wanted, made) {
        (Type::Array(a, _), Type::Array(b, _)) | (Type::Vec(a), Type::Vec(b)) => {
            fits(a, b) || !is_memory(b)
        }
        (a, b) => !is_memory(a) || matches!(b, Type::Unknown),
    }
}
