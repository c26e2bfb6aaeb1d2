//! Methods of `Option` and `Result`.

use super::super::{
    Reader,
    env::{Bind, Target, Want},
    place::Located,
    user_method::{Receiver, is_users},
};
use super::{Choice, Variant, choice_want, lazy};
use crate::ir::Type;
use proc_macro2::Span;
use syn::spanned::Spanned;

impl<'a> Reader<'a> {
    /// The methods of `Option` and `Result`.
    pub fn choice_method(
        &mut self,
        e: &syn::ExprMethodCall,
        name: &str,
        located: Located,
        choice: Choice,
        want: &Want,
    ) -> Bind {
        let span = e.span();
        let there = choice.there.clone();
        let error = choice.error.clone();
        let value = choice.value.read();
        let args: Vec<&syn::Expr> = e.args.iter().collect();
        let none = |error: &Option<Bind>| {
            Bind::from(Choice {
                there: Bind::Known(false),
                value: Bind::Uninit,
                error: error.clone(),
            })
        };
        let held_want = match want {
            Want::Type(_) | Want::Tuple(_) => want.clone(),
            _ => Want::Any,
        };
        match (name, args.as_slice()) {
            ("is_some" | "is_ok", []) => self.flag(&there, false, span),
            ("is_none" | "is_err", []) => self.flag(&there, true, span),
            ("clone" | "to_owned", []) => choice.map(Bind::read).into(),
            ("copied" | "cloned", []) => {
                if !lazy(&value) {
                    return Choice { value, ..choice }.into();
                }
                self.forced(&choice, span).into()
            }
            ("as_ref" | "as_mut" | "as_deref" | "as_deref_mut", []) => match located {
                Located::Slot(slot) => {
                    let mutable = name.ends_with("mut");
                    let reference = Bind::Reference { target: Target::Variable(slot), mutable };
                    self.choice_of(&reference).map_or(Bind::Poison, Bind::from)
                }
                _ => choice.into(),
            },
            ("unwrap", []) => {
                let message = match error {
                    None => "called `Option::unwrap()` on a `None` value",
                    Some(_) => "called `Result::unwrap()` on an `Err` value",
                };
                self.demand(&there, &syn::parse_quote!(#message), span);
                if self.gone { Bind::Uninit } else { self.taken(value, span) }
            }
            ("expect", [message]) => {
                self.demand(&there, message, span);
                if self.gone { Bind::Uninit } else { self.taken(value, span) }
            }
            ("unwrap_or", [other]) => {
                let other_span = other.span();
                let other = self.value(other, &held_want);
                let other = self.carryable(other, other_span);
                self.where_there(&there, span, |reader| reader.carried(value, span), |_| other)
            }
            ("unwrap_or_else", [f]) => {
                let Some(f) = self.callable(f) else { return Bind::Poison };
                let given = error.into_iter().collect::<Vec<_>>();
                self.where_there(
                    &there,
                    span,
                    |reader| reader.carried(value, span),
                    |reader| {
                        let other = reader.call_with(&f, given, &held_want, span);
                        if reader.gone { Bind::Uninit } else { reader.carryable(other, span) }
                    },
                )
            }
            ("unwrap_or_default", []) => {
                let bind = self.where_there(
                    &there,
                    span,
                    |reader| reader.carried(value, span),
                    |_| Bind::Uninit,
                );
                match bind {
                    Bind::Uninit => Bind::Scalar(self.dummy(&Type::Unknown, span)),
                    bind @ Bind::Scalar(_) => bind,
                    bind => {
                        if !matches!(bind, Bind::Poison) {
                            self.errors.at(
                                &e.method,
                                "the default of this type is not known to the macro; write `unwrap_or(..)`",
                            );
                        }
                        Bind::Poison
                    }
                }
            }
            ("map", [f]) => {
                let Some(f) = self.callable(f) else { return Bind::Poison };
                let value = self.where_there(
                    &there,
                    span,
                    |reader| {
                        let made = reader.applied(&f, value, &Want::Any, span);
                        if reader.gone { Bind::Uninit } else { reader.made(made, span) }
                    },
                    |_| Bind::Uninit,
                );
                Choice { there, value, error }.into()
            }
            ("map_or" | "map_or_else", [other, f]) => {
                let other = match name {
                    "map_or" => {
                        let other_span = other.span();
                        let other = self.value(other, &held_want);
                        Ok(self.carryable(other, other_span))
                    }
                    _ => Err(self.callable(other)),
                };
                let Some(f) = self.callable(f) else { return Bind::Poison };
                self.where_there(
                    &there,
                    span,
                    |reader| {
                        let made = reader.applied(&f, value, &held_want, span);
                        if reader.gone { Bind::Uninit } else { reader.carryable(made, span) }
                    },
                    |reader| match other {
                        Ok(other) => other,
                        Err(Some(g)) => {
                            let given = error.into_iter().collect();
                            let made = reader.call_with(&g, given, &held_want, span);
                            if reader.gone { Bind::Uninit } else { reader.carryable(made, span) }
                        }
                        Err(None) => Bind::Poison,
                    },
                )
            }
            ("and_then", [f]) => {
                let Some(f) = self.callable(f) else { return Bind::Poison };
                self.where_there(
                    &there,
                    span,
                    |reader| {
                        let made = reader.applied(&f, value, &choice_want(), span);
                        reader.made_choice(made, span)
                    },
                    |_| none(&error),
                )
            }
            ("and", [other]) => {
                let other = self.value(other, &choice_want());
                self.where_there(&there, span, |_| other, |_| none(&error))
            }
            ("or", [other]) => {
                let other = self.value(other, &choice_want());
                let this = self.forced(&choice, span);
                let this = Choice { there: Bind::Known(true), ..this };
                self.where_there(&there, span, |_| this.into(), |_| other)
            }
            ("or_else", [f]) => {
                let Some(f) = self.callable(f) else { return Bind::Poison };
                let this = self.forced(&choice, span);
                let this = Choice { there: Bind::Known(true), ..this };
                let given = error.into_iter().collect::<Vec<_>>();
                self.where_there(
                    &there,
                    span,
                    |_| this.into(),
                    |reader| {
                        let made = reader.call_with(&f, given, &choice_want(), span);
                        reader.made_choice(made, span)
                    },
                )
            }
            ("ok", []) => Choice { error: None, ..choice }.into(),
            ("ok_or", [other]) => {
                let error = self.error_value(other).error;
                Choice { error, ..choice }.into()
            }
            ("ok_or_else" | "map_err", [_]) => Choice { error: Some(Bind::Unit), ..choice }.into(),
            ("filter", [f]) => {
                let Some(f) = self.callable(f) else { return Bind::Poison };
                let seen = self.lent(&value, span);
                let there = self.where_there(
                    &there,
                    span,
                    |reader| reader.applied(&f, seen, &Want::Type(Type::Bool), span),
                    |_| Bind::Known(false),
                );
                Choice { there, ..choice }.into()
            }
            ("is_some_and" | "is_ok_and", [f]) => {
                let Some(f) = self.callable(f) else { return Bind::Poison };
                self.where_there(
                    &there,
                    span,
                    |reader| reader.applied(&f, value, &Want::Type(Type::Bool), span),
                    |reader| reader.bool_literal(false),
                )
            }
            ("is_none_or", [f]) => {
                let Some(f) = self.callable(f) else { return Bind::Poison };
                self.where_there(
                    &there,
                    span,
                    |reader| reader.applied(&f, value, &Want::Type(Type::Bool), span),
                    |reader| reader.bool_literal(true),
                )
            }
            ("zip", [other]) => {
                let other = self.value(other, &choice_want());
                let Some(other) = self.choice_seen(&other, span) else {
                    return self.unseen(other, span);
                };
                let (this, other) = (self.forced(&choice, span), self.forced(&other, span));
                let second = other.there.clone();
                let both = self.where_there(&there, span, |_| second, |_| Bind::Known(false));
                let value = Bind::Tuple(vec![this.value.read(), other.value.read()]);
                Choice { there: both, value, error: None }.into()
            }
            ("take", []) => self.exchange(located, choice, Choice::none()),
            ("replace" | "insert", [new]) => {
                let new = self.value(new, &held_want);
                let new = Choice::some(self.settle(new, span));
                self.exchange(located, choice, new)
            }
            ("get_or_insert" | "get_or_insert_with", [new]) => {
                let Located::Slot(slot) = located else { return Bind::Poison };
                let made = match name {
                    "get_or_insert" => Ok(self.value(new, &held_want)),
                    _ => Err(self.callable(new)),
                };
                let value = self.where_there(
                    &there,
                    span,
                    |_| value,
                    |reader| match made {
                        Ok(new) => reader.settle(new, span),
                        Err(Some(f)) => {
                            let new = reader.call_with(&f, Vec::new(), &held_want, span);
                            reader.settle(new, span)
                        }
                        Err(None) => Bind::Poison,
                    },
                );
                self.env.set(&slot, Choice::some(value).into());
                let mut slot = slot;
                slot.path.push(1);
                Bind::Reference { target: Target::Variable(slot), mutable: true }
            }
            _ => {
                self.errors.at(
                    &e.method,
                    format!(
                        "the macro does not know what `{name}` does to an `Option` or a `Result`; write `match` or \
                         `if let`"
                    ),
                );
                Bind::Poison
            }
        }
    }

    /// The variable gets a new content; the result is the old one.
    pub(super) fn exchange(&mut self, located: Located, old: Choice, new: Choice) -> Bind {
        match located {
            Located::Slot(slot) => {
                let span = self.span;
                let copied = match old.value.read() {
                    Bind::Content(place) if self.held.contains(&place.memory) => {
                        Some(Bind::Owned(self.copy_of(Bind::Content(place), span)))
                    }
                    _ => None,
                };
                let new = self.next_choice(&old, new, span);
                let old_value = copied.unwrap_or_else(|| old.value.clone());
                let taken = Choice { value: old_value, ..old.clone() };
                // What is not there keeps its shape, for the loops that carry it.
                let value = match new.value {
                    Bind::Uninit => old.value.clone(),
                    value => value,
                };
                self.env.set(&slot, Choice { value, error: old.error.clone(), ..new }.into());
                taken.map(Bind::read).into()
            }
            _ => old.into(),
        }
    }

    pub(super) fn made(&mut self, made: Bind, span: Span) -> Bind {
        match made {
            Bind::Choice(choice) => self.forced(&choice, span).into(),
            Bind::Unit => Bind::Unit,
            made => self.carryable(made, span),
        }
    }

    pub(super) fn made_choice(&mut self, made: Bind, span: Span) -> Bind {
        if self.gone {
            return Bind::Uninit;
        }
        match self.choice_seen(&made, span) {
            Some(choice) => self.forced(&choice, span).into(),
            None => self.unseen(made, span),
        }
    }

    /// What the call before a method yields, if the method tells.
    pub fn want_before(&self, e: &syn::ExprMethodCall, name: &str, want: &Want) -> Option<Want> {
        let mut receiver = &*e.receiver;
        while let syn::Expr::Paren(inner) = receiver {
            receiver = &inner.expr;
        }
        let is_call = match receiver {
            syn::Expr::Call(call) => match &*call.func {
                syn::Expr::Path(path) => Variant::of(&path.path).is_none(),
                _ => false,
            },
            syn::Expr::MethodCall(call) => {
                is_users(&call.method.to_string(), call.args.len(), Receiver::Unknown)
                    && !OF_CHOICES.contains(&call.method.to_string().as_str())
            }
            _ => false,
        };
        if !is_call || !OF_CHOICES.contains(&name) {
            return None;
        }
        let held = match (name, want, e.args.last()) {
            ("unwrap" | "expect", want @ (Want::Type(_) | Want::Tuple(_) | Want::Memory), _) => {
                want.clone()
            }
            (_, Want::Choice(of), _) if !matches!(name, "map" | "map_or" | "and_then") => {
                (**of).clone()
            }
            (_, _, Some(syn::Expr::Closure(closure))) if closure.inputs.len() == 1 => {
                self.want_of_held(&closure.inputs[0], &closure.body)
            }
            _ => Want::Scalar,
        };
        Some(Want::Choice(Box::new(held)))
    }
}

/// What `call(..).method(..)` says of what the call returns: the method is one of `Option` and `Result`.
const OF_CHOICES: &[&str] = &[
    "unwrap",
    "expect",
    "unwrap_or",
    "unwrap_or_else",
    "unwrap_or_default",
    "is_some",
    "is_none",
    "is_ok",
    "is_err",
    "ok_or",
    "ok_or_else",
    "map_or",
    "map_or_else",
    "and_then",
    "or_else",
    "ok",
    "map_err",
    "is_some_and",
    "map",
];
