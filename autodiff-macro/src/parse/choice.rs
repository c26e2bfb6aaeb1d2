//! `Option` and `Result` of what may have derivatives: a flag, and what is there if it is set.
//!
//! Neither is a value of the IR. Branches join them field by field, as they do tuples; what is known when the function is
//! read (`Some(x)`) costs nothing.

mod held;
mod joined;
mod methods;
mod output;

pub use self::{
    held::{none, some_of},
    output::ChoiceOutput,
};

use proc_macro2::Span;
use quote::quote_spanned;
use syn::spanned::Spanned;

use super::{
    Reader,
    closure::Callable,
    env::{Bind, Target, Want},
    place::Located,
    usage::{Rest, Uses},
};
use crate::ir::{OpKind, Var};

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
                match self.value(e, &Want::Any) {
                    // Of which type only the compiler knows, so that no variable can begin with one.
                    Bind::Scalar(of) if self.variants.contains_key(&of) => Bind::Unit,
                    value => value,
                }
            }
            // A message that is made is not looked at, unless it says where it comes from.
            e => match text_of(e) {
                Some(text) => self.value(text, &Want::Any),
                None => Bind::Unit,
            },
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
            |reader| reader.carried(held, span),
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
            Bind::Content(place) if held::is_held(&place) => self.taken_from(place, span),
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
        let Some(choice) = self.choice_seen(&value, span) else {
            if !matches!(value, Bind::Poison | Bind::Uninit) && !self.leaves_plain(&value) {
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

    fn unseen(&mut self, bind: Bind, span: Span) -> Bind {
        if !matches!(bind, Bind::Poison | Bind::Uninit) && !self.leaves_plain(&bind) {
            self.errors.at_span(span, UNSEEN);
        }
        Bind::Poison
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

impl Reader<'_> {}

pub fn choice_want() -> Want {
    Want::Choice(Box::new(Want::Scalar))
}

impl Reader<'_> {
    /// What a pattern's variable is, judged by the expression in which it is used.
    pub fn want_of_held(&self, pat: &syn::Pat, body: &syn::Expr) -> Want {
        let stmts = [syn::Stmt::Expr(body.clone(), None)];
        match self.want_of_pattern(pat, Rest::new(&stmts, 0, &Uses::default())) {
            Want::Any => Want::Scalar,
            want => want,
        }
    }
}

/// Whether something is named that is read only where it is there.
fn lazy(bind: &Bind) -> bool {
    match bind {
        Bind::Reference { target: Target::Place(place), .. } => !place.path.is_empty(),
        Bind::Content(place) => held::is_held(place),
        Bind::Tuple(of) => of.iter().any(lazy),
        Bind::Choice(choice) => lazy(&choice.value),
        _ => false,
    }
}

pub const UNSEEN: &str = "the macro cannot see that this is an `Option` or a `Result`, so that it cannot follow what it holds; \
                      write `Some`, `None`, `Ok` and `Err` in this function, or call a function of numbers";

/// The literal that `"..".to_string()`, `"..".into()`, `String::from("..")` and their like copy.
fn text_of(e: &syn::Expr) -> Option<&syn::Expr> {
    let text = match e {
        syn::Expr::MethodCall(e) if e.args.is_empty() => {
            let copies = ["to_string", "to_owned", "into"].iter().any(|name| e.method == name);
            copies.then_some(&*e.receiver)?
        }
        syn::Expr::Call(e) => match &*e.func {
            syn::Expr::Path(of) if of.path.segments.last()?.ident == "from" => e.args.first()?,
            _ => return None,
        },
        _ => return None,
    };
    matches!(text, syn::Expr::Lit(of) if matches!(of.lit, syn::Lit::Str(_))).then_some(text)
}
