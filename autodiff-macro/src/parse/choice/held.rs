//! `Option`s that are parts of structs: where there is memory, what they hold is a part of it, as of a variant.

use super::super::{
    Reader,
    env::{Bind, Target, Want},
    known::{is_option, may_be_option},
    place::Located,
};
use super::{Choice, Variant};
use crate::ir::{
    Comparison, Float, Form, Init, Int, MemoryId, OpKind, Place, Step, Type, ValueId,
    held_by_option,
};
use proc_macro2::Span;
use quote::{ToTokens, quote};
use syn::spanned::Spanned;

/// Methods that an `Option` has, and that arrays, numbers and structs of the user's hardly have.
const ONLY_OF_OPTIONS: &[&str] = &[
    "is_some",
    "is_none",
    "is_some_and",
    "is_none_or",
    "unwrap",
    "unwrap_or",
    "unwrap_or_else",
    "unwrap_or_default",
    "expect",
    "as_ref",
    "as_mut",
    "as_deref",
    "as_deref_mut",
    "map_or",
    "map_or_else",
    "and_then",
    "ok_or",
    "ok_or_else",
];

impl<'a> Reader<'a> {
    /// An `Option` or a `Result`, also one that is a field. A pattern says that it is one where nothing else does.
    pub fn choice_seen(&mut self, value: &Bind, span: Span) -> Option<Choice> {
        if let Some(choice) = self.choice_of(value) {
            return Some(choice);
        }
        let mutable = match value {
            Bind::Reference { mutable, .. } => Some(*mutable),
            _ => None,
        };
        match self.auto(Located::Value(value.clone())) {
            Located::Memory(place) => {
                let place = self.unboxed(place);
                let is = may_be_option(&self.function.place_type(&place));
                is.then(|| self.choice_at_place(place, mutable, span))
            }
            _ => None,
        }
    }

    /// `a == b` and `a != b` of two `Option`s.
    pub fn compared_choices(
        &mut self,
        left: &Bind,
        right: &syn::Expr,
        op: Comparison,
        span: Span,
    ) -> Option<Bind> {
        let by_variant = match right {
            syn::Expr::Call(call) => match &*call.func {
                syn::Expr::Path(path) => Variant::of(&path.path) == Some(Variant::Some),
                _ => false,
            },
            syn::Expr::Path(path) => self.is_none(path),
            _ => false,
        };
        let seen = self.is_choice(left) || by_variant && self.may_be_choice(left);
        if !seen || !matches!(op, Comparison::Eq | Comparison::Ne) {
            return None;
        }
        let right = self.value(right, &super::choice_want());
        let (a, b) = (self.choice_seen(left, span)?, self.choice_seen(&right, span)?);
        if a.error.is_some() || b.error.is_some() {
            return None;
        }
        let (x, y) = (a.value.read(), b.value.read());
        let neither = b.there.clone();
        let same = self.where_there(
            &a.there,
            span,
            |reader| {
                reader.where_there(
                    &b.there,
                    span,
                    |reader| {
                        let (x, y) = (reader.taken(x, span), reader.taken(y, span));
                        let (x, y) = (reader.scalar_of(x, span), reader.scalar_of(y, span));
                        Bind::Scalar(reader.compare(Comparison::Eq, [x, y], span))
                    },
                    |reader| reader.bool_literal(false),
                )
            },
            |reader| reader.flag(&neither, true, span),
        );
        Some(match op {
            Comparison::Ne => {
                let same = self.scalar_of(same, span);
                Bind::Scalar(self.not(same, span))
            }
            _ => same,
        })
    }

    /// An `Option` of a number as a value that is passed on: it has no derivative there.
    pub fn option_value(&mut self, choice: Choice, span: Span) -> ValueId {
        // An element is read only where it is there.
        let choice = self.forced(&choice, span);
        let held = self.scalar_of(choice.value.read(), span);
        let ty = match &self.function.value(held).ty {
            Type::Float(Float::Literal) | Type::Unknown => {
                super::super::types::float_named(&self.usual_float.to_token_stream().to_string())
                    .unwrap_or(Type::Float(Float::F64))
            }
            Type::Int(Int::Literal) => Type::Unknown,
            ty => ty.clone(),
        };
        let ty = match ty {
            Type::Unknown => Type::Opaque,
            ty => Type::Option(Box::new(ty)),
        };
        match choice.there {
            Bind::Known(_) => {
                let path = syn::parse_quote!(::core::option::Option::Some);
                self.opaque(Form::Path(path), vec![held], ty, span)
            }
            there => {
                let there = self.scalar_of(there, span);
                let method = syn::Ident::new("then_some", span);
                self.opaque(Form::Method(method, Default::default()), vec![there, held], ty, span)
            }
        }
    }

    /// Whether it is an `Option` or a `Result`.
    pub fn is_choice(&self, value: &Bind) -> bool {
        self.choice_of(value).is_some() || is_option(&self.bind_type(value))
    }

    /// Whether a pattern of an `Option` may be meant for it.
    pub fn may_be_choice(&self, value: &Bind) -> bool {
        self.choice_of(value).is_some()
            || match self.auto(Located::Value(value.clone())) {
                Located::Memory(place) => may_be_option(&self.function.place_type(&place)),
                _ => false,
            }
    }

    /// What a method is called on, if it is a field that is an `Option`.
    pub fn choice_with_method(
        &mut self,
        located: &Located,
        method: &syn::Ident,
        span: Span,
    ) -> Option<Choice> {
        let Located::Memory(place) = self.auto(located.clone()) else { return None };
        let place = self.unboxed(place);
        let ty = self.function.place_type(&place);
        let name = method.to_string();
        let is = is_option(&ty) || may_be_option(&ty) && ONLY_OF_OPTIONS.contains(&name.as_str());
        if !is {
            return None;
        }
        if ["insert", "get_or_insert", "get_or_insert_with"].contains(&name.as_str()) {
            self.errors.at(
                method,
                format!(
                    "`{name}` of a field gives a reference to what may not have been there; assign the field, `p.field = Some(..)`, \
                     and match on it"
                ),
            );
        }
        let borrowed = match name.as_str() {
            "as_ref" | "as_deref" | "iter" => Some(false),
            "as_mut" | "as_deref_mut" | "iter_mut" => Some(true),
            _ => match located {
                Located::Value(Bind::Reference { mutable, .. }) => Some(*mutable),
                _ => None,
            },
        };
        Some(self.choice_at_place(place, borrowed, span))
    }

    /// `p.field.take()`, `p.field.replace(x)`: what was there, in memory of its own.
    pub fn exchanged_option(&mut self, e: &syn::ExprMethodCall, located: &Located) -> Option<Bind> {
        let Located::Memory(place) = self.auto(located.clone()) else { return None };
        let place = self.unboxed(place);
        let span = e.span();
        if !is_option(&self.function.place_type(&place)) {
            return None;
        }
        let args: Vec<&syn::Expr> = e.args.iter().collect();
        let new = match (e.method.to_string().as_str(), &args[..]) {
            ("take", []) => Choice::none(),
            ("replace", [new]) => {
                let new = self.value(new, &Want::Any);
                Choice::some(self.settle(new, span))
            }
            _ => return None,
        };
        self.guard();
        let old = self.copy_of(Bind::Content(place.clone()), span);
        self.overwrite(place, new.into(), span);
        Some(Bind::Content(old.into()))
    }

    fn choice_at_place(&mut self, place: Place, borrowed: Option<bool>, span: Span) -> Choice {
        self.know_fields(&place);
        let there = self.function.new_value(Type::Bool, None, span);
        let pattern = quote!(::core::option::Option::Some(_));
        self.push(OpKind::Matches { out: there, place: place.clone(), pattern }, span);
        let mut held = place;
        held.path.push(held_by_option());
        let value = match borrowed {
            Some(mutable) => Bind::Reference { target: Target::Place(held), mutable },
            None => Bind::Content(held),
        };
        Choice { there: Bind::Scalar(there), value, error: None }
    }

    /// An `Option` as a part of something: memory.
    pub fn choice_made(&mut self, choice: Choice, span: Span) -> Option<MemoryId> {
        if choice.error.is_some() {
            self.errors.at_span(
                span,
                "a `Result` that is a part of something is not followed; store the value itself, after `?` or `match`",
            );
            return None;
        }
        let held = choice.value.read();
        let ty = match self.bind_type(&held) {
            ty if is_written(&ty) => {
                let ty = super::super::Reader::written_type(&ty)?;
                Type::named(syn::parse_quote!(::core::option::Option<#ty>))
            }
            _ => Type::Named(Box::default()),
        };
        let (some, nothing) = (ty.clone(), ty);
        let made = self.where_there(
            &choice.there,
            span,
            |reader| {
                let held = reader.carried(held, span);
                let (held, _) = reader.item(held, span);
                Bind::Owned(reader.alloc(some, some_of(held), None, span))
            },
            |reader| Bind::Owned(reader.alloc(nothing, none(), None, span)),
        );
        match made {
            Bind::Owned(memory) => Some(memory),
            Bind::Content(place) if place.path.is_empty() => Some(place.memory),
            _ => None,
        }
    }

    /// What is held, as branches join it.
    pub(super) fn carried(&mut self, held: Bind, span: Span) -> Bind {
        let held = match held {
            Bind::Content(_) => self.taken(held, span),
            held => held,
        };
        match held {
            // Of unknown type: a number, as any other field is.
            Bind::Content(place) if self.function.place_type(&place) == Type::Unknown => {
                Bind::Scalar(self.load(place, span))
            }
            held => self.carryable(held, span),
        }
    }

    /// What is held by an `Option` in memory, once it is known to be there.
    pub(super) fn taken_from(&mut self, place: Place, span: Span) -> Bind {
        let view = self.view(place, false, span);
        self.read(Located::Memory(view.into()), &Want::Any, span)
    }
}

fn is_written(ty: &Type) -> bool {
    super::super::Reader::written_type(ty).is_some()
}

/// `Some(held)` as a part of something.
pub fn some_of(held: Init) -> Init {
    let path = syn::parse_quote!(::core::option::Option::Some);
    Init::Record { path, fields: vec![(syn::Member::Unnamed(0.into()), held)] }
}

/// `None` as a part of something.
pub fn none() -> Init {
    Init::Record { path: syn::parse_quote!(::core::option::Option::None), fields: Vec::new() }
}

/// Whether it is what an `Option` in memory holds, where it holds something.
pub fn is_held(place: &Place) -> bool {
    place.path.last().is_some_and(|last| {
        matches!(last, Step::Payload { variant, .. } if variant.segments.last().is_some_and(|last| last.ident == "Some"))
    })
}
