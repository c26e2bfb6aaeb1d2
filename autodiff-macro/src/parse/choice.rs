//! `Option` and `Result` of what may have derivatives: a flag, and what is there if it is set.
//!
//! Neither is a value of the IR. Branches join them field by field, as they do tuples; what is known when the function is
//! read (`Some(x)`) costs nothing.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;

use super::{
    Reader,
    closure::Callable,
    env::{Bind, Slot, Target, Want},
    place::Located,
    types::{is_memory, is_scalar},
    user_method::{Receiver, is_users},
};
use crate::ir::{Form, Init, OpKind, Type, ValueId, Var};

/// What `Option` and `Result` have in common. The paths of its parts are 0, 1 and 2.
#[derive(Clone, Debug)]
pub struct Choice {
    /// `Some` or `Ok`: a `bool`.
    pub there: Bind,
    /// What `Some` or `Ok` holds; nobody reads it where it is not there.
    pub value: Bind,
    /// What `Err` holds. `None` for an `Option`.
    pub error: Option<Bind>,
}

impl Choice {
    pub fn some(value: Bind) -> Choice {
        Choice { there: Bind::Known(true), value, error: None }
    }

    pub fn none() -> Choice {
        Choice { there: Bind::Known(false), value: Bind::Uninit, error: None }
    }

    pub fn part(&self, i: usize) -> Option<&Bind> {
        match i {
            0 => Some(&self.there),
            1 => Some(&self.value),
            _ => self.error.as_ref(),
        }
    }

    pub fn part_mut(&mut self, i: usize) -> Option<&mut Bind> {
        match i {
            0 => Some(&mut self.there),
            1 => Some(&mut self.value),
            _ => self.error.as_mut(),
        }
    }

    pub fn map(&self, mut f: impl FnMut(&Bind) -> Bind) -> Choice {
        Choice {
            there: self.there.clone(),
            value: f(&self.value),
            error: self.error.as_ref().map(f),
        }
    }
}

impl From<Choice> for Bind {
    fn from(choice: Choice) -> Bind {
        Bind::Choice(Box::new(choice))
    }
}

/// `Some`, `None`, `Ok` and `Err`, also by their longer paths.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Variant {
    Some,
    None,
    Ok,
    Err,
}

impl Variant {
    pub fn of(path: &syn::Path) -> Option<Variant> {
        let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        match names.as_slice() {
            ["Some"] | [.., "Option", "Some"] => Some(Variant::Some),
            ["None"] | [.., "Option", "None"] => Some(Variant::None),
            ["Ok"] | [.., "Result", "Ok"] => Some(Variant::Ok),
            ["Err"] | [.., "Result", "Err"] => Some(Variant::Err),
            _ => None,
        }
    }
}

impl<'a> Reader<'a> {
    /// `Some(x)` and its kin.
    pub fn variant(&mut self, variant: Variant, e: &syn::ExprCall, want: &Want) -> Bind {
        let Some(arg) = e.args.first() else { return Bind::Poison };
        let inner = match want {
            Want::Choice(of) => (**of).clone(),
            Want::Type(_) | Want::Tuple(_) => want.clone(),
            _ => Want::Any,
        };
        if variant == Variant::Err {
            return self.error_value(arg).into();
        }
        let value = self.value(arg, &inner);
        if self.gone {
            return Bind::Uninit;
        }
        let value = self.held(value, arg.span());
        let error = (variant == Variant::Ok).then_some(Bind::Uninit);
        Choice { there: Bind::Known(true), value, error }.into()
    }

    /// `None`, where it is no variable.
    pub fn is_none(&self, path: &syn::ExprPath) -> bool {
        path.qself.is_none() && Variant::of(&path.path) == Some(Variant::None)
    }

    /// `Err(e)`: what `e` holds has no derivative.
    fn error_value(&mut self, e: &syn::Expr) -> Choice {
        let plain = match e {
            syn::Expr::Lit(_) | syn::Expr::Path(_) | syn::Expr::Tuple(_) => {
                self.value(e, &Want::Any)
            }
            // A message that is made is not looked at.
            _ => Bind::Unit,
        };
        Choice { there: Bind::Known(false), value: Bind::Uninit, error: Some(plain) }
    }

    /// What a variable or an `Option` holds of a value: references stay, memory is its own.
    fn held(&mut self, value: Bind, span: Span) -> Bind {
        match value {
            value @ Bind::Reference { .. } => value,
            value => self.keep(value, false, span),
        }
    }

    /// An `Option` or `Result`, or what a reference to one gives: references to its parts.
    pub fn choice_of(&self, bind: &Bind) -> Option<Choice> {
        match bind {
            Bind::Choice(choice) => Some((**choice).clone()),
            Bind::Reference { target: Target::Variable(slot), mutable } => {
                let choice = match self.env.get(slot) {
                    Bind::Choice(choice) => choice,
                    other @ Bind::Reference { .. } => return self.choice_of(other),
                    _ => return None,
                };
                let part = |i: usize, bind: &Bind| match bind {
                    Bind::Reference { .. } | Bind::Uninit | Bind::Poison | Bind::Tokens(_) => {
                        bind.clone()
                    }
                    Bind::Owned(memory) => Bind::Reference {
                        target: Target::Place((*memory).into()),
                        mutable: *mutable,
                    },
                    _ => {
                        let mut slot = slot.clone();
                        slot.path.push(i);
                        Bind::Reference { target: Target::Variable(slot), mutable: *mutable }
                    }
                };
                Some(Choice {
                    there: choice.there.clone(),
                    value: part(1, &choice.value),
                    error: choice.error.as_ref().map(|error| part(2, error)),
                })
            }
            _ => None,
        }
    }

    pub fn choice_at(&self, located: &Located) -> Option<Choice> {
        match located {
            Located::Slot(slot) => self.choice_of(self.env.get(slot)),
            Located::Value(bind) => self.choice_of(bind),
            _ => None,
        }
    }

    /// Reads what is done where the flag is set, and where it is not.
    pub fn where_there(
        &mut self,
        there: &Bind,
        span: Span,
        then: impl FnOnce(&mut Self) -> Bind,
        otherwise: impl FnOnce(&mut Self) -> Bind,
    ) -> Bind {
        match there {
            Bind::Known(true) => then(self),
            Bind::Known(false) => otherwise(self),
            there => {
                let cond = self.scalar_of(there.clone(), span);
                self.branch(cond, span, then, otherwise)
            }
        }
    }

    /// References to elements are read where they are there, so that what follows need not ask.
    pub fn forced(&mut self, choice: &Choice, span: Span) -> Choice {
        if !lazy(&choice.value) {
            return choice.clone();
        }
        let held = choice.value.clone();
        let value = self.where_there(
            &choice.there,
            span,
            |reader| reader.carryable(held, span),
            |_| Bind::Uninit,
        );
        Choice { value, ..choice.clone() }
    }

    /// What is held, where it is there: an element is read, or gets a name, at once.
    pub fn taken(&mut self, value: Bind, span: Span) -> Bind {
        match value {
            Bind::Reference { target: Target::Place(place), mutable } if !place.path.is_empty() => {
                self.reference(Located::Memory(place), mutable, span)
            }
            Bind::Tuple(of) => Bind::Tuple(of.into_iter().map(|of| self.taken(of, span)).collect()),
            value => value,
        }
    }

    /// The condition as a value, and its negation.
    fn flag(&mut self, there: &Bind, negated: bool, span: Span) -> Bind {
        match there {
            Bind::Known(known) => self.bool_literal(*known != negated),
            there if negated => {
                let there = self.scalar_of(there.clone(), span);
                Bind::Scalar(self.not(there, span))
            }
            there => there.clone(),
        }
    }

    /// Panics unless it is there.
    fn demand(&mut self, there: &Bind, message: &syn::Expr, span: Span) {
        match there {
            Bind::Known(true) => {}
            Bind::Known(false) => self.panic_with(message, span),
            there => {
                let there = self.scalar_of(there.clone(), span);
                let name = proc_macro2::Ident::new("is_there", Span::mixed_site());
                let tokens = quote_spanned!(span=> assert!(#name, "{}", #message););
                self.push(
                    OpKind::Effect { tokens, bindings: vec![(name, Var::Value(there))] },
                    span,
                );
            }
        }
    }

    /// `e?`
    pub fn question_mark(&mut self, e: &syn::ExprTry, want: &Want) -> Bind {
        let span = e.question_token.span;
        let inner = match want {
            Want::Any | Want::Unit => Want::Scalar,
            want => want.clone(),
        };
        let value = self.value(&e.expr, &Want::Choice(Box::new(inner)));
        if self.gone {
            return Bind::Uninit;
        }
        let Some(choice) = self.choice_of(&value) else {
            if !matches!(value, Bind::Poison | Bind::Uninit) {
                self.errors.at(e.question_token, UNSEEN);
            }
            return Bind::Poison;
        };
        let leaves =
            Choice { there: Bind::Known(false), value: Bind::Uninit, error: choice.error.clone() };
        self.where_there(
            &choice.there,
            span,
            |_| Bind::Unit,
            |reader| {
                reader.leave_by_return(leaves.into(), span);
                Bind::Uninit
            },
        );
        if self.gone {
            return Bind::Uninit;
        }
        self.taken(choice.value.read(), span)
    }

    /// A call of a function on what is there.
    fn applied(&mut self, f: &Callable, value: Bind, want: &Want, span: Span) -> Bind {
        let value = self.taken(value, span);
        self.call_with(f, vec![value], want, span)
    }

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
                self.where_there(&there, span, |reader| reader.carryable(value, span), |_| other)
            }
            ("unwrap_or_else", [f]) => {
                let Some(f) = self.callable(f) else { return Bind::Poison };
                let given = error.into_iter().collect::<Vec<_>>();
                self.where_there(
                    &there,
                    span,
                    |reader| reader.carryable(value, span),
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
                    |reader| reader.carryable(value, span),
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
                let Some(other) = self.choice_of(&other) else { return self.unseen(other, span) };
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
    fn exchange(&mut self, located: Located, old: Choice, new: Choice) -> Bind {
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

    fn made(&mut self, made: Bind, span: Span) -> Bind {
        match made {
            Bind::Choice(choice) => self.forced(&choice, span).into(),
            Bind::Unit => Bind::Unit,
            made => self.carryable(made, span),
        }
    }

    fn made_choice(&mut self, made: Bind, span: Span) -> Bind {
        if self.gone {
            return Bind::Uninit;
        }
        match self.choice_of(&made) {
            Some(choice) => self.forced(&choice, span).into(),
            None => self.unseen(made, span),
        }
    }

    fn unseen(&mut self, bind: Bind, span: Span) -> Bind {
        if !matches!(bind, Bind::Poison | Bind::Uninit) {
            self.errors.at_span(span, UNSEEN);
        }
        Bind::Poison
    }

    /// `a.checked_add(b)` of integers.
    pub fn checked(&mut self, args: Vec<ValueId>, ty: &Type, form: Form, span: Span) -> Bind {
        let method = |name| Form::Method(proc_macro2::Ident::new(name, span), TokenStream::new());
        let made = self.opaque(form, args, Type::Opaque, span);
        let there = self.opaque(method("is_some"), vec![made], Type::Bool, span);
        let value = self.opaque(method("unwrap_or_default"), vec![made], ty.clone(), span);
        Choice { there: Bind::Scalar(there), value: Bind::Scalar(value), error: None }.into()
    }

    /// An element that is there if the condition holds.
    pub fn element_if(&mut self, there: ValueId, place: crate::ir::Place, mutable: bool) -> Bind {
        Choice {
            there: Bind::Scalar(there),
            value: Bind::Reference { target: Target::Place(place), mutable },
            error: None,
        }
        .into()
    }

    /// `flag.then_some(x)`, `flag.then(|| x)`.
    pub fn value_if(
        &mut self,
        there: ValueId,
        called: bool,
        e: &syn::Expr,
        want: &Want,
        span: Span,
    ) -> Bind {
        let want = match want {
            Want::Type(_) | Want::Tuple(_) => want.clone(),
            _ => Want::Any,
        };
        let value = if called {
            let Some(f) = self.callable(e) else { return Bind::Poison };
            self.branch(
                there,
                span,
                |reader| {
                    let made = reader.call_with(&f, Vec::new(), &want, span);
                    if reader.gone { Bind::Uninit } else { reader.made(made, span) }
                },
                |_| Bind::Uninit,
            )
        } else {
            let value = self.value(e, &want);
            self.held(value, span)
        };
        Choice { there: Bind::Scalar(there), value, error: None }.into()
    }

    /// Before a loop that may assign it: a flag that can change, and numbers where nothing is held yet.
    pub fn carried_choice(&mut self, slot: &Slot, span: Span) {
        let bind = self.env.get(slot).clone();
        match bind {
            Bind::Tuple(of) => {
                for i in 0..of.len() {
                    let mut slot = slot.clone();
                    slot.path.push(i);
                    self.carried_choice(&slot, span);
                }
            }
            Bind::Choice(choice) => {
                let choice = self.forced(&choice, span);
                let there = Bind::Scalar(self.scalar_of(choice.there, span));
                let value = match choice.value {
                    Bind::Uninit => Bind::Scalar(self.dummy(&Type::Unknown, span)),
                    Bind::Content(_) => self.settle(choice.value, span),
                    value => value,
                };
                for memory in value.memories() {
                    self.function.memories[memory.index()].mutable = true;
                    self.held.insert(memory);
                }
                let error = choice.error.map(|error| match error {
                    Bind::Scalar(_) => error,
                    _ => Bind::Unit,
                });
                self.env.set(slot, Choice { there, value, error }.into());
            }
            _ => {}
        }
    }

    /// Something of the type that nobody reads.
    fn blank_memory(&mut self, ty: &Type, span: Span) -> crate::ir::MemoryId {
        let mut leaf = ty;
        while let Type::Array(of, _) = leaf {
            leaf = of;
        }
        let init = match (ty, leaf) {
            (Type::Array(..), leaf) if is_scalar(leaf) => {
                Init::Repeat { value: self.dummy(leaf, span), lens: Vec::new() }
            }
            _ => Init::Empty,
        };
        self.alloc(ty.clone(), init, None, span)
    }

    /// What an `Option` that a loop carries holds next: its memory stays where it is.
    pub fn next_choice(&mut self, before: &Choice, next: Choice, span: Span) -> Choice {
        let carries = before.value.memories().iter().any(|of| self.held.contains(of));
        if !carries {
            if let (Bind::Scalar(_), true) = (&before.value, self.is_memory(&next.value)) {
                self.errors.at_span(
                    span,
                    "the macro cannot see what this holds where it begins; give it a type there: \
                     `let mut best: Option<Point> = None`",
                );
                return Choice { value: before.value.clone(), ..next };
            }
            return next;
        }
        let next = self.forced(&next, span);
        let value = match next.value {
            Bind::Uninit => before.value.clone(),
            value => self.put_back_part(&before.value, value, span),
        };
        Choice { value, ..next }
    }

    /// What an `Option` of this type holds where nothing is there: something of the right shape, for loops.
    pub fn shape_held(&mut self, ty: &Type, span: Span) -> Bind {
        match ty {
            Type::Tuple(of) => Bind::Tuple(of.iter().map(|ty| self.shape_held(ty, span)).collect()),
            Type::Slice(_) => Bind::Uninit,
            ty if is_memory(ty) => Bind::Owned(self.blank_memory(ty, span)),
            ty if is_scalar(ty) || *ty == Type::Unknown => Bind::Scalar(self.dummy(ty, span)),
            _ => Bind::Uninit,
        }
    }
}

/// The first type argument: what an `Option` or `Result` holds.
pub fn held_type(ty: &syn::Type) -> Option<syn::Type> {
    let syn::Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let choice = last.ident == "Option" || last.ident == "Result";
    let syn::PathArguments::AngleBracketed(args) = &last.arguments else {
        return None;
    };
    args.args.iter().find_map(|arg| match arg {
        syn::GenericArgument::Type(ty) if choice => Some(ty.clone()),
        _ => None,
    })
}

/// What a function returns that returns an `Option` or a `Result`.
#[derive(Clone, Debug)]
pub struct ChoiceOutput {
    /// As written.
    pub ty: syn::Type,
    pub held: syn::Type,
    pub is_result: bool,
}

impl ChoiceOutput {
    pub fn of(item: &syn::ItemFn) -> Option<ChoiceOutput> {
        let syn::ReturnType::Type(_, ty) = &item.sig.output else { return None };
        let held = held_type(ty)?;
        let is_result = matches!(&**ty, syn::Type::Path(path)
            if path.path.segments.last().is_some_and(|last| last.ident == "Result"));
        Some(ChoiceOutput { ty: (**ty).clone(), held, is_result })
    }

    /// The same `Option` or `Result`, of something else.
    pub fn holding(&self, held: TokenStream) -> syn::Type {
        let mut ty = self.ty.clone();
        if let syn::Type::Path(path) = &mut ty
            && let Some(last) = path.path.segments.last_mut()
            && let syn::PathArguments::AngleBracketed(args) = &mut last.arguments
            && let Some(first) = args.args.first_mut()
        {
            *first = syn::GenericArgument::Type(syn::Type::Verbatim(held));
        }
        ty
    }
}

impl Reader<'_> {
    pub fn choice_output(&mut self, choice: &ChoiceOutput, item: &syn::ItemFn) -> Type {
        self.returns_choice = true;
        if choice.is_result {
            // Where there is an error, the function is called once more to make it.
            if let Some(receiver) = item.sig.receiver()
                && (receiver.reference.is_none() || receiver.mutability.is_some())
            {
                self.errors.at(
                    receiver,
                    "a method that returns a `Result` is called once more for its error, so that it must not take or change \
                     its receiver; take `&self`",
                );
            }
            for input in &item.sig.inputs {
                if let syn::FnArg::Typed(param) = input
                    && !is_passed_twice(&param.ty)
                {
                    self.errors.at(
                        &param.ty,
                        "a function that returns a `Result` is called once more for its error, so that its parameters \
                         must not be moved or changed by it; take `&`, numbers or arrays",
                    );
                }
            }
        }
        let held = self.ty(&choice.held);
        Type::Tuple(vec![Type::Bool, held])
    }

    /// What is returned, as a flag and a value.
    pub fn parts_returned(&mut self, value: Bind, span: Span) -> Bind {
        match value {
            Bind::Choice(choice) => {
                let choice = self.forced(&choice, span);
                Bind::Tuple(vec![choice.there, choice.value])
            }
            Bind::Uninit | Bind::Poison => Bind::Uninit,
            value => match self.choice_of(&value) {
                Some(choice) => self.parts_returned(choice.into(), span),
                None => {
                    self.errors.at_span(span, UNSEEN);
                    Bind::Uninit
                }
            },
        }
    }
}

fn is_passed_twice(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Reference(r) => r.mutability.is_none(),
        syn::Type::Array(array) => is_passed_twice(&array.elem),
        syn::Type::Tuple(tuple) => tuple.elems.iter().all(is_passed_twice),
        syn::Type::Paren(ty) => is_passed_twice(&ty.elem),
        syn::Type::Group(ty) => is_passed_twice(&ty.elem),
        syn::Type::Path(path) => path
            .path
            .get_ident()
            .is_some_and(|name| super::types::scalar_named(&name.to_string()).is_some()),
        _ => false,
    }
}

pub fn choice_want() -> Want {
    Want::Choice(Box::new(Want::Scalar))
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

impl Reader<'_> {
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

    /// What a pattern's variable is, judged by the expression in which it is used.
    pub fn want_of_held(&self, pat: &syn::Pat, body: &syn::Expr) -> Want {
        let stmts = [syn::Stmt::Expr(body.clone(), None)];
        match self.want_of_pattern(pat, &stmts) {
            Want::Any => Want::Scalar,
            want => want,
        }
    }
}

/// Whether something is named that is read only where it is there.
fn lazy(bind: &Bind) -> bool {
    match bind {
        Bind::Reference { target: Target::Place(place), .. } => !place.path.is_empty(),
        Bind::Tuple(of) => of.iter().any(lazy),
        Bind::Choice(choice) => lazy(&choice.value),
        _ => false,
    }
}

pub const UNSEEN: &str = "the macro cannot see that this is an `Option` or a `Result`, so that it cannot follow what it holds; \
                      write `Some`, `None`, `Ok` and `Err` in this function, or call a function of numbers";
